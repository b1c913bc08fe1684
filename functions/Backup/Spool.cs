using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Ssp.Backup;

/// <summary>A piece of a <see cref="Spool"/>.</summary>
internal readonly record struct Piece(long Number, long Offset, int Length);

/// <summary>
/// Rows that wait on disk until it is known that they are of one moment. The file is encrypted under a key that exists in memory only, and is gone when
/// the command ends; what a killed one leaves nobody can read.
/// </summary>
internal sealed class Spool : IDisposable
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly FileStream file;
    private readonly AesGcm cipher = new(RandomNumberGenerator.GetBytes(32), TagBytes);
    private long pieces;
    private long end;

    /// <exception cref="BackupException">The file cannot be made.</exception>
    public Spool(string path)
    {
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                Options = FileOptions.DeleteOnClose,
            };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            file = new FileStream(path, options);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BackupException($"The rows cannot be written to {path}: {error.Message}");
        }
    }

    public Piece Write(ReadOnlySpan<byte> content)
    {
        var piece = new Piece(pieces++, end, content.Length);
        var sealedBytes = new byte[content.Length + TagBytes];
        cipher.Encrypt(NonceOf(piece), content, sealedBytes.AsSpan(0, content.Length), sealedBytes.AsSpan(content.Length));
        RandomAccess.Write(file.SafeFileHandle, sealedBytes, end);
        end += sealedBytes.Length;
        return piece;
    }

    public byte[] Read(Piece piece)
    {
        var sealedBytes = new byte[piece.Length + TagBytes];
        for (var got = 0; got < sealedBytes.Length;)
        {
            var count = RandomAccess.Read(file.SafeFileHandle, sealedBytes.AsSpan(got), piece.Offset + got);
            got += count > 0 ? count : throw new EndOfStreamException("The file of rows is shorter than it was.");
        }

        var content = new byte[piece.Length];
        cipher.Decrypt(NonceOf(piece), sealedBytes.AsSpan(0, piece.Length), sealedBytes.AsSpan(piece.Length), content);
        return content;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        // The number goes on: no nonce comes twice.
        end = 0;
        RandomAccess.SetLength(file.SafeFileHandle, 0);
    }

    public void Dispose()
    {
        file.Dispose();
        cipher.Dispose();
    }

    private static byte[] NonceOf(Piece piece)
    {
        var nonce = new byte[NonceBytes];
        BinaryPrimitives.WriteInt64BigEndian(nonce, piece.Number);
        return nonce;
    }
}
