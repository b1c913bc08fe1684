using System.Collections.Frozen;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;

namespace Ssp.Certificates.P12;

/// <summary>A hash function that P12 files name, and what it costs. Others are refused: GOST's, for one, takes a hundred times as long.</summary>
/// <param name="Weight">Time to digest a block, in units of <see cref="P12Limits.MaxWork"/>; measured, and rounded up.</param>
/// <param name="RoundWeight">Time of a round of PBKDF2, in the same units.</param>
/// <param name="Runtime">Its name where the runtime does PBKDF2 with it, which is several times faster than the library.</param>
internal sealed record P12Digest(string Name, int Weight, int RoundWeight, Func<IDigest> Make, HashAlgorithmName? Runtime = null)
{
    private static readonly P12Digest Md2 = new("MD2", 22, 48, () => new MD2Digest());
    private static readonly P12Digest Md4 = new("MD4", 1, 3, () => new MD4Digest());
    private static readonly P12Digest Md5 = new("MD5", 1, 3, () => new MD5Digest());
    private static readonly P12Digest Sha224 = new("SHA-224", 2, 4, () => new Sha224Digest());
    private static readonly P12Digest Sha256 = new("SHA-256", 1, 1, () => new Sha256Digest(), HashAlgorithmName.SHA256);
    private static readonly P12Digest Sha384 = new("SHA-384", 2, 2, () => new Sha384Digest(), HashAlgorithmName.SHA384);
    private static readonly P12Digest Sha512 = new("SHA-512", 2, 2, () => new Sha512Digest(), HashAlgorithmName.SHA512);
    private static readonly P12Digest Sha512Over224 = new("SHA-512/224", 2, 4, () => new Sha512tDigest(224));
    private static readonly P12Digest Sha512Over256 = new("SHA-512/256", 2, 4, () => new Sha512tDigest(256));
    private static readonly P12Digest Sha3Over224 = new("SHA3-224", 2, 4, () => new Sha3Digest(224));
    private static readonly P12Digest Sha3Over256 = new("SHA3-256", 2, 4, () => new Sha3Digest(256));
    private static readonly P12Digest Sha3Over384 = new("SHA3-384", 2, 4, () => new Sha3Digest(384));
    private static readonly P12Digest Sha3Over512 = new("SHA3-512", 2, 4, () => new Sha3Digest(512));
    private static readonly P12Digest Sm3 = new("SM3", 2, 4, () => new SM3Digest());

    /// <summary>Also the function of PBKDF2 where none is named.</summary>
    public static readonly P12Digest Sha1 = new("SHA-1", 1, 1, () => new Sha1Digest(), HashAlgorithmName.SHA1);

    private static readonly FrozenDictionary<string, P12Digest> ByOid = new Dictionary<string, P12Digest>
    {
        ["1.2.840.113549.2.2"] = Md2,
        ["1.2.840.113549.2.4"] = Md4,
        ["1.2.840.113549.2.5"] = Md5,
        ["1.3.14.3.2.26"] = Sha1,
        ["2.16.840.1.101.3.4.2.4"] = Sha224,
        ["2.16.840.1.101.3.4.2.1"] = Sha256,
        ["2.16.840.1.101.3.4.2.2"] = Sha384,
        ["2.16.840.1.101.3.4.2.3"] = Sha512,
        ["2.16.840.1.101.3.4.2.5"] = Sha512Over224,
        ["2.16.840.1.101.3.4.2.6"] = Sha512Over256,
        ["2.16.840.1.101.3.4.2.7"] = Sha3Over224,
        ["2.16.840.1.101.3.4.2.8"] = Sha3Over256,
        ["2.16.840.1.101.3.4.2.9"] = Sha3Over384,
        ["2.16.840.1.101.3.4.2.10"] = Sha3Over512,
        ["1.3.36.3.2.1"] = new("RIPEMD160", 2, 4, () => new RipeMD160Digest()),
        ["1.3.36.3.2.2"] = new("RIPEMD128", 2, 4, () => new RipeMD128Digest()),
        ["1.3.36.3.2.3"] = new("RIPEMD256", 2, 4, () => new RipeMD256Digest()),
        ["1.2.156.10197.1.401"] = Sm3,
        ["1.0.10118.3.0.55"] = new("Whirlpool", 16, 32, () => new WhirlpoolDigest()),
        ["1.3.6.1.4.1.1722.12.2.1.16"] = new("BLAKE2b-512", 2, 4, () => new Blake2bDigest(512)),
        ["1.3.6.1.4.1.1722.12.2.2.8"] = new("BLAKE2s-256", 2, 4, () => new Blake2sDigest(256)),
    }.ToFrozenDictionary();

    // PBKDF2's pseudo-random functions and PBMAC1's codes: HMAC with these.
    private static readonly FrozenDictionary<string, P12Digest> ByHmacOid = new Dictionary<string, P12Digest>
    {
        ["1.2.840.113549.2.6"] = Md5,
        ["1.3.6.1.5.5.8.1.1"] = Md5,
        ["1.2.840.113549.2.7"] = Sha1,
        ["1.3.6.1.5.5.8.1.2"] = Sha1,
        ["1.2.840.113549.2.8"] = Sha224,
        ["1.2.840.113549.2.9"] = Sha256,
        ["1.2.840.113549.2.10"] = Sha384,
        ["1.2.840.113549.2.11"] = Sha512,
        ["1.2.840.113549.2.12"] = Sha512Over224,
        ["1.2.840.113549.2.13"] = Sha512Over256,
        ["2.16.840.1.101.3.4.2.13"] = Sha3Over224,
        ["2.16.840.1.101.3.4.2.14"] = Sha3Over256,
        ["2.16.840.1.101.3.4.2.15"] = Sha3Over384,
        ["2.16.840.1.101.3.4.2.16"] = Sha3Over512,
        ["1.2.156.10197.1.401.2"] = Sm3,
        ["1.2.156.10197.1.401.3.1"] = Sm3,
    }.ToFrozenDictionary();

    /// <summary>Of the hash itself.</summary>
    public int Bytes { get; } = Make().GetDigestSize();

    /// <summary>Of what it takes in at once.</summary>
    public int Block { get; } = Make().GetByteLength();

    /// <exception cref="P12Fault">P08: none that is known.</exception>
    public static P12Digest Of(string oid) => ByOid.GetValueOrDefault(oid) ?? throw P12Fault.Of("P08", null, oid);

    /// <param name="oid">Of HMAC with it.</param>
    /// <exception cref="P12Fault">P08: none that is known.</exception>
    public static P12Digest OfHmac(string oid) => ByHmacOid.GetValueOrDefault(oid) ?? throw P12Fault.Of("P08", null, oid);

    /// <summary>The work of digesting so many bytes.</summary>
    public long WorkOf(long bytes) => Weight * ((bytes / Block) + 1);

    public byte[] Hmac(byte[] key, byte[] content)
    {
        var mac = new HMac(Make());
        mac.Init(new KeyParameter(key));
        mac.BlockUpdate(content, 0, content.Length);
        return MacUtilities.DoFinal(mac);
    }
}
