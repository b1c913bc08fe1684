using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Ssp.Storage;

namespace Ssp.Backup;

/// <summary>An entry while it is read.</summary>
/// <param name="Number">Its place among the entries, from 1.</param>
internal sealed record ArchiveEntry(int Number, string Path, Stream Content);

/// <summary>Reads a backup from its beginning to its end, and finds out whether it is whole.</summary>
internal static class ArchiveReader
{
    private const int BufferBytes = 128 * 1024;
    private const long MaxManifest = 256 * 1024 * 1024;

    /// <param name="look">Is given each entry but the manifest. What it leaves unread is read over.</param>
    /// <exception cref="BackupException">It is no backup, the passphrase is another, or it is damaged.</exception>
    public static async Task<Manifest> ReadAsync(string path, byte[] passphrase, Func<ArchiveEntry, Task> look, CancellationToken cancel)
    {
        await using var file = Open(path);
        Manifest? manifest = null;
        var digests = new Dictionary<int, (string Path, long Bytes, string Sha256)>();
        try
        {
            await Envelope.OpenAsync(file, passphrase, async content => manifest = await ReadEntriesAsync(content, look, digests, cancel));
        }
        catch (Exception error) when (
            error is IOException or InvalidDataException or PgpException or FormatException or JsonException or ArgumentException or OverflowException)
        {
            throw new BackupException($"The backup is damaged or cut off: {error.Message.Split('\n')[0].Trim()}");
        }

        if (manifest is null)
        {
            throw new BackupException("The backup is cut off: it has no list of its contents, which is its last part.");
        }

        foreach (var part in manifest.Parts)
        {
            if (!digests.TryGetValue(part.Number, out var found) || found != (part.Path, part.Bytes, part.Sha256))
            {
                throw new BackupException($"The backup is damaged: {part.Path} is not as it was written.");
            }
        }

        return manifest;
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.SequentialScan);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BackupException($"The backup cannot be read: {error.Message}");
        }
    }

    private static async Task<Manifest?> ReadEntriesAsync(
        Stream content, Func<ArchiveEntry, Task> look, Dictionary<int, (string, long, string)> digests, CancellationToken cancel)
    {
        Manifest? manifest = null;
        await using var tar = new TarReader(content, leaveOpen: true);
        for (var number = 1; await tar.GetNextEntryAsync(copyData: false, cancel) is { } entry; number++)
        {
            if (manifest is not null)
            {
                throw new InvalidDataException("something follows its last part.");
            }

            await using var data = new HashingStream(entry.DataStream ?? Stream.Null);
            if (entry.Name == Manifest.Path)
            {
                manifest = await ReadManifestAsync(data, entry.Length, cancel);
                continue;
            }

            await look(new ArchiveEntry(number, entry.Name, data));
            await data.CopyToAsync(Stream.Null, cancel);
            digests[number] = (entry.Name, data.Length, data.Sha256);
        }

        return manifest;
    }

    private static async Task<Manifest> ReadManifestAsync(Stream data, long length, CancellationToken cancel)
    {
        if (length > MaxManifest)
        {
            throw new InvalidDataException("its list of contents is too long.");
        }

        var json = new byte[length];
        await data.ReadExactlyAsync(json, cancel);
        using var document = JsonDocument.Parse(json);
        if (!document.RootElement.TryGetProperty("form", out var form) || form.GetInt32() is < 1 or > Manifest.ThisForm)
        {
            throw new BackupException("The backup was made by a newer portal than this one, which does not know its form.");
        }

        return Manifest.Parse(json);
    }

    /// <summary>Hashes what is read through it.</summary>
    private sealed class HashingStream(Stream inner) : ReadingStream
    {
        private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private long length;

        public string Sha256 => Convert.ToHexStringLower(hash.GetHashAndReset());

        /// <summary>How many bytes were read so far.</summary>
        public override long Length => length;

        public override int Read(byte[] buffer, int offset, int count)
        {
            var got = inner.Read(buffer, offset, count);
            Note(buffer.AsSpan(offset, got));
            return got;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var got = await inner.ReadAsync(buffer, cancellationToken);
            Note(buffer.Span[..got]);
            return got;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                hash.Dispose();
            }

            base.Dispose(disposing);
        }

        private void Note(ReadOnlySpan<byte> got)
        {
            hash.AppendData(got);
            length += got.Length;
        }
    }
}
