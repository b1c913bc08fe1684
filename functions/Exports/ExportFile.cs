using System.Security.Cryptography;
using System.Text;
using Azure.Storage.Blobs.Specialized;
using Ssp.Accounts;

namespace Ssp.Exports;

/// <summary>
/// A file on its way into blob storage, a block at a time. Until <see cref="CommitAsync"/> nobody can see any of it, so a half-written
/// export leaves no file. Two buffers take turns: one is filled while the other is stored; memory does not grow with the file.
/// </summary>
/// <param name="blockBytes">How much is stored at a time; two blocks of it are held in memory.</param>
public sealed class ExportFile(BlockBlobClient blob, int blockBytes = ExportFile.UsualBlockBytes)
{
    private const int UsualBlockBytes = 4 * 1024 * 1024;

    // Blocks of a file begun before at the same place, and given up, are other blocks.
    private readonly string run = Secrets.NewId()[..8];
    private readonly List<string> blocks = [];
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly MemoryStream[] buffers = [new(blockBytes + blockBytes / 4), new(blockBytes + blockBytes / 4)];
    private readonly SwitchingStream writing = new();
    private Task storing = Task.CompletedTask;
    private long bytes;

    /// <summary>Where the content is written to.</summary>
    public Stream Buffer
    {
        get
        {
            writing.Target ??= buffers[0];
            return writing;
        }
    }

    /// <summary>How many bytes were written so far.</summary>
    public long Length => bytes + (writing.Target?.Length ?? 0);

    /// <summary>Stores what was written when it fills a block.</summary>
    public Task StoreFullBlockAsync(CancellationToken cancel) =>
        writing.Target?.Length >= blockBytes ? StoreAsync(cancel) : Task.CompletedTask;

    /// <summary>Makes the file visible, whole.</summary>
    /// <returns>Its size in bytes and its SHA-256 in lower-case hex.</returns>
    public async Task<(long Bytes, string Sha256)> CommitAsync(CancellationToken cancel)
    {
        await StoreAsync(cancel);
        await storing;
        await blob.CommitBlockListAsync(blocks, cancellationToken: cancel);
        return (bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private async Task StoreAsync(CancellationToken cancel)
    {
        await storing;
        var full = writing.Target ?? buffers[0];
        writing.Target = full == buffers[0] ? buffers[1] : buffers[0];
        writing.Target.SetLength(0);
        if (full.Length == 0)
        {
            return;
        }

        hash.AppendData(full.GetBuffer().AsSpan(0, (int)full.Length));
        bytes += full.Length;
        var id = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{run}{blocks.Count:D8}"));
        blocks.Add(id);
        full.Position = 0;
        storing = blob.StageBlockAsync(id, full, cancellationToken: cancel);
    }

    /// <summary>Hands every byte to the buffer whose turn it is.</summary>
    private sealed class SwitchingStream : Stream
    {
        public MemoryStream? Target { get; set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new InvalidOperationException();

        public override long Position
        {
            get => throw new InvalidOperationException();
            set => throw new InvalidOperationException();
        }

        public override void Write(byte[] buffer, int offset, int count) => Target!.Write(buffer, offset, count);

        public override void Write(ReadOnlySpan<byte> buffer) => Target!.Write(buffer);

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new InvalidOperationException();

        public override long Seek(long offset, SeekOrigin origin) => throw new InvalidOperationException();

        public override void SetLength(long value) => throw new InvalidOperationException();
    }
}
