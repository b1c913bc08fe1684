using System.Numerics;
using System.Text;

namespace Ssp.Tests.Certificates;

/// <summary>How a file's integrity is protected: MacData of the content under a password.</summary>
internal sealed record P12Mac(string Name, Func<byte[], string?, byte[]> Of)
{
    private static readonly byte[] Salt = Encoding.ASCII.GetBytes("salt of the MAC!");

    /// <summary>The classic MAC, with the key derivation of PKCS#12.</summary>
    /// <param name="written">The count that is written, where it is not the true one.</param>
    public static P12Mac Classic(P12Digest digest, int rounds = 2048, BigInteger? written = null, byte[]? parameters = null) =>
        new($"{digest} ×{rounds}", (content, password) =>
        {
            var key = digest.Pkcs12(password, Salt, rounds, 3, digest.Of().Length);
            return Data(Der.Algorithm(digest.Oid, parameters ?? Der.Null), digest.Hmac(key, content), Salt, written ?? rounds);
        });

    /// <summary>PBMAC1 of RFC 9579.</summary>
    /// <param name="keyLength">The length that is written; null: none, as is not allowed.</param>
    public static P12Mac Pbmac1(P12Digest prf, P12Digest hmac, int rounds = 2048, BigInteger? written = null, long? keyLength = 32, int? trueLength = null) =>
        new($"PBMAC1 {prf} {hmac} ×{rounds}", (content, password) =>
        {
            var key = prf.Pbkdf2(Encoding.UTF8.GetBytes(password ?? ""), Salt, rounds, trueLength ?? (int)(keyLength ?? 32));
            var derivation = Der.Algorithm("1.2.840.113549.1.5.12", Der.Sequence(
                Der.Octets(Salt), Der.Integer(written ?? rounds), keyLength is { } length ? Der.Integer(length) : [], Der.Algorithm(prf.HmacOid!, Der.Null)));
            var algorithm = Der.Algorithm("1.2.840.113549.1.5.14", Der.Sequence(derivation, Der.Algorithm(hmac.HmacOid!, Der.Null)));
            return Data(algorithm, hmac.Hmac(key, content), Encoding.ASCII.GetBytes("NOT USED"), 1);
        });

    /// <summary>MacData of any parts. A count of one is the default and left out.</summary>
    public static byte[] Data(byte[] algorithm, byte[] value, byte[] salt, BigInteger rounds) =>
        Der.Sequence(Der.Sequence(algorithm, Der.Octets(value)), Der.Octets(salt), rounds.IsOne ? [] : Der.Integer(rounds));

    public override string ToString() => Name;
}
