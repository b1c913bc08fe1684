using System.IO.Compression;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Security;
using Ssp.Storage;

namespace Ssp.Backup;

/// <summary>
/// What is around a backup: gzip in an OpenPGP message under a passphrase (AES-256, protected against changes), so that gpg and tar open it without
/// the portal. Both ways are streams; memory does not grow with the content.
/// </summary>
internal static class Envelope
{
    private const int BufferBytes = 64 * 1024;

    // The most that OpenPGP knows, 65 million bytes hashed: each guess at the passphrase costs that.
    private const int MaxRounds = 0xFF;

    /// <summary>A stream to write the content to. Disposing of it ends the message; <paramref name="file"/> stays open.</summary>
    public static Stream Seal(Stream file, byte[] passphrase, string name)
    {
        var encryption = new PgpEncryptedDataGenerator(SymmetricKeyAlgorithmTag.Aes256, withIntegrityPacket: true, new SecureRandom());
        encryption.AddMethodRaw(passphrase, HashAlgorithmTag.Sha256, MaxRounds);
        var encrypted = encryption.Open(file, new byte[BufferBytes]);
        var literal = new PgpLiteralDataGenerator().Open(encrypted, PgpLiteralData.Binary, name, DateTime.UtcNow, new byte[BufferBytes]);
        return new Layers(new GZipStream(literal, CompressionLevel.Fastest), [literal, encrypted]);
    }

    /// <summary>Opens a message and reads its content; afterwards the whole is checked for changes.</summary>
    /// <exception cref="BackupException">It is no such message, the passphrase is another, or it was changed.</exception>
    public static async Task OpenAsync(Stream file, byte[] passphrase, Func<Stream, Task> read)
    {
        var encrypted = FindMessage(file);
        using var content = OpenMessage(encrypted, passphrase);
        await using (var unzipped = new GZipStream(content, CompressionMode.Decompress, leaveOpen: true))
        {
            await read(unzipped);
            await DrainAsync(unzipped);
        }

        await DrainAsync(content);
        if (!encrypted.Verify())
        {
            throw new BackupException("The backup was changed after it was made: its seal does not fit.");
        }
    }

    private static PgpPbeEncryptedData FindMessage(Stream file)
    {
        try
        {
            if (new PgpObjectFactory(file).NextPgpObject() is PgpEncryptedDataList list
                && list.GetEncryptedDataObjects().OfType<PgpPbeEncryptedData>().FirstOrDefault() is { } found
                && found.IsIntegrityProtected())
            {
                return found;
            }
        }
        catch (Exception error) when (error is not (OutOfMemoryException or OperationCanceledException))
        {
            // Said below. What the reader of OpenPGP meets in other files it tells in many kinds of exceptions: whatever it is, it is no backup.
        }

        throw new BackupException("The file is no backup of the portal, or its beginning is damaged.");
    }

    private static Stream OpenMessage(PgpPbeEncryptedData encrypted, byte[] passphrase)
    {
        try
        {
            if (new PgpObjectFactory(encrypted.GetDataStreamRaw(passphrase)).NextPgpObject() is PgpLiteralData literal)
            {
                return literal.GetInputStream();
            }
        }
        catch (Exception error) when (error is not (OutOfMemoryException or OperationCanceledException))
        {
            // Said below. A wrong passphrase makes noise of the content, and what it is taken for is chance.
        }

        throw new BackupException("The passphrase does not open the backup, or its beginning is damaged.");
    }

    private static async Task DrainAsync(Stream stream)
    {
        var buffer = new byte[BufferBytes];
        while (await stream.ReadAsync(buffer) > 0)
        {
        }
    }

    /// <summary>Ends one layer after the other, the innermost first.</summary>
    private sealed class Layers(Stream inner, IReadOnlyList<Stream> outer) : WritingStream
    {
        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

        public override void Write(ReadOnlySpan<byte> buffer) => inner.Write(buffer);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            // BouncyCastle's streams only know the plain way; a detour over the pool would be no gain.
            inner.Write(buffer.Span);
            return ValueTask.CompletedTask;
        }

        public override void Flush() => inner.Flush();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
                foreach (var layer in outer)
                {
                    layer.Dispose();
                }
            }

            base.Dispose(disposing);
        }
    }
}
