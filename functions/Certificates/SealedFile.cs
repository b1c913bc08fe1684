using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Ssp.Certificates;

/// <summary>A P12 file with its password in one piece, as it is sealed: together they are stored, and together they are lost.</summary>
public sealed record SealedFile(byte[] P12, string Password) : IDisposable
{
    public byte[] Pack()
    {
        var packed = new byte[4 + Encoding.UTF8.GetByteCount(Password) + P12.Length];
        var length = Encoding.UTF8.GetBytes(Password, packed.AsSpan(4));
        BinaryPrimitives.WriteInt32BigEndian(packed, length);
        P12.CopyTo(packed, 4 + length);
        return packed;
    }

    public static SealedFile Unpack(ReadOnlySpan<byte> packed)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(packed);
        return new SealedFile(packed[(4 + length)..].ToArray(), Encoding.UTF8.GetString(packed.Slice(4, length)));
    }

    /// <summary>Overwrites the file; a text cannot be overwritten, it goes with the garbage.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(P12);

    // A record would print its members, into a log say.
    public override string ToString() => nameof(SealedFile);
}
