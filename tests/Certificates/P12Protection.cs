using System.Numerics;
using System.Text;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;

namespace Ssp.Tests.Certificates;

/// <summary>How a bag or a safe is encrypted: the algorithm's identifier, and the content under a password.</summary>
internal sealed record P12Protection(string Name, byte[] Identifier, Func<byte[], string?, byte[]> Encrypt)
{
    private static readonly byte[] Salt = Encoding.ASCII.GetBytes("salt of the bag!");

    public static readonly P12Protection Modern = Pbes2(P12Cipher.Aes256, P12Digest.Sha256);
    public static readonly P12Protection TripleDes = Legacy("3DES", 3, "DESEDE/CBC/PKCS7", 24);
    public static readonly P12Protection TwoKeyTripleDes = Legacy("2-key 3DES", 4, "DESEDE/CBC/PKCS7", 16);
    public static readonly P12Protection Rc2Of128 = Legacy("RC2-128", 5, "RC2/CBC/PKCS7", 16);
    public static readonly P12Protection Rc2Of40 = Legacy("RC2-40", 6, "RC2/CBC/PKCS7", 5);
    public static readonly P12Protection Rc4Of128 = Legacy("RC4-128", 1, "RC4", 16);
    public static readonly P12Protection Rc4Of40 = Legacy("RC4-40", 2, "RC4", 5);

    /// <summary>The schemes of PKCS#12 itself, 1.2.840.113549.1.12.1.*, with SHA-1.</summary>
    /// <param name="written">The count that is written, where it is not the true one.</param>
    public static P12Protection Legacy(string name, int number, string algorithm, int length, int rounds = 2048, BigInteger? written = null) => new(
        name,
        Der.Algorithm($"1.2.840.113549.1.12.1.{number}", Der.Sequence(Der.Octets(Salt), Der.Integer(written ?? rounds))),
        (content, password) =>
        {
            var key = P12Digest.Sha1.Pkcs12(password, Salt, rounds, 1, length);
            ICipherParameters parameters = algorithm.StartsWith("RC2", StringComparison.Ordinal) ? new RC2Parameters(key, length * 8) : new KeyParameter(key);
            return P12Cipher.Run(
                algorithm, algorithm == "RC4" ? parameters : new ParametersWithIV(parameters, P12Digest.Sha1.Pkcs12(password, Salt, rounds, 2, 8)), content);
        });

    public static P12Protection TripleDesOf(int rounds, BigInteger? written = null) => Legacy("3DES", 3, "DESEDE/CBC/PKCS7", 24, rounds, written);

    /// <summary>The first schemes of PKCS#5: 1.2.840.113549.1.5.{number}.</summary>
    public static P12Protection Pbes1(int number, P12Digest digest, bool rc2, byte[]? typed = null) => new(
        $"PBES1 {digest} {(rc2 ? "RC2" : "DES")}",
        Der.Algorithm($"1.2.840.113549.1.5.{number}", Der.Sequence(Der.Octets(Salt[..8]), Der.Integer(2048))),
        (content, password) =>
        {
            var derived = digest.Pbkdf1(typed ?? Encoding.UTF8.GetBytes(password ?? ""), Salt[..8], 2048);
            ICipherParameters key = rc2 ? new RC2Parameters(derived[..8], 64) : new DesParameters(derived[..8]);
            return P12Cipher.Run(rc2 ? "RC2/CBC/PKCS7" : "DES/CBC/PKCS7", new ParametersWithIV(key, derived[8..16]), content);
        });

    /// <param name="prf">Without one it is SHA-1, the default, and not written.</param>
    /// <param name="writeLength">Whether the key length is written; RC2 does not know its own.</param>
    /// <param name="typed">What the program took for the password, where it is not its UTF-8.</param>
    public static P12Protection Pbes2(
        P12Cipher cipher, P12Digest? prf, int rounds = 2048, BigInteger? written = null, bool writeLength = false, byte[]? typed = null) => Pbes2(
        $"PBES2 {cipher} {prf?.Name ?? "default"} ×{rounds}",
        cipher,
        Der.Algorithm("1.2.840.113549.1.5.12", Der.Sequence(
            Der.Octets(Salt),
            Der.Integer(written ?? rounds),
            writeLength || cipher.EffectiveBits > 0 ? Der.Integer(cipher.KeyLength) : [],
            prf is null ? [] : Der.Algorithm(prf.HmacOid!, Der.Null))),
        password => (prf ?? P12Digest.Sha1).Pbkdf2(typed ?? password, Salt, rounds, cipher.KeyLength));

    /// <summary>PBES2 with scrypt of RFC 7914.</summary>
    public static P12Protection Scrypt(
        P12Cipher cipher, int cost = 1024, int block = 8, int parallel = 1, BigInteger? written = null, BigInteger? writtenBlock = null) => Pbes2(
        $"scrypt {cipher} N={written ?? cost}",
        cipher,
        Der.Algorithm("1.3.6.1.4.1.11591.4.11", Der.Sequence(
            Der.Octets(Salt),
            Der.Integer(written ?? cost),
            Der.Integer(writtenBlock ?? block),
            Der.Integer(parallel),
            cipher.EffectiveBits > 0 ? Der.Integer(cipher.KeyLength) : [])),
        password => SCrypt.Generate(password, Salt, cost, block, parallel, cipher.KeyLength));

    public static P12Protection Pbes2(string name, P12Cipher cipher, byte[] derivation, Func<byte[], byte[]> derive)
    {
        var start = Encoding.ASCII.GetBytes("the start value!")[..cipher.Block];
        return new P12Protection(
            name,
            Der.Algorithm("1.2.840.113549.1.5.13", Der.Sequence(derivation, cipher.Identifier(start))),
            (content, password) => cipher.Encrypt(derive(Encoding.UTF8.GetBytes(password ?? "")), start, content));
    }

    /// <summary>One that nobody can open, under any identifier.</summary>
    public static P12Protection Unknown(byte[] identifier) => new("unknown", identifier, (content, _) => content);

    public override string ToString() => Name;
}
