using System.Numerics;
using System.Security.Cryptography;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Security;

namespace Ssp.Certificates.P12;

/// <summary>
/// Checks RSA signatures that the runtime does not know: over digests such as SHA-224, and PSS with a salt of another length than the digest. The library
/// could, but tests the modulus for being a prime before, which takes it a tenth of a second for each issuer of 4,096 bits. (RFC 8017, section 8.)
/// </summary>
internal static class P12RsaSignature
{
    private const byte PssEnd = 0xbc;

    // By the OID of the signature with PKCS#1 1.5.
    private static readonly Dictionary<string, string> Digests = new()
    {
        ["1.2.840.113549.1.1.2"] = "1.2.840.113549.2.2",
        ["1.2.840.113549.1.1.3"] = "1.2.840.113549.2.4",
        ["1.2.840.113549.1.1.14"] = "2.16.840.1.101.3.4.2.4",
        ["1.2.840.113549.1.1.15"] = "2.16.840.1.101.3.4.2.5",
        ["1.2.840.113549.1.1.16"] = "2.16.840.1.101.3.4.2.6",
        ["1.3.36.3.3.1.2"] = "1.3.36.3.2.1",
        ["2.16.840.1.101.3.4.3.13"] = "2.16.840.1.101.3.4.2.7",
        ["2.16.840.1.101.3.4.3.14"] = "2.16.840.1.101.3.4.2.8",
        ["2.16.840.1.101.3.4.3.15"] = "2.16.840.1.101.3.4.2.9",
        ["2.16.840.1.101.3.4.3.16"] = "2.16.840.1.101.3.4.2.10",
    };

    /// <exception cref="Exception">The parameters of the algorithm are none.</exception>
    public static bool IsRight(byte[] content, byte[] signature, AlgorithmIdentifier algorithm, (BigInteger Modulus, BigInteger Exponent) key)
    {
        var bits = (int)key.Modulus.GetBitLength();
        var number = new BigInteger(signature, isUnsigned: true, isBigEndian: true);
        if (signature.Length != (bits + 7) / 8 || number >= key.Modulus)
        {
            return false;
        }

        var opened = BigInteger.ModPow(number, key.Exponent, key.Modulus).ToByteArray(isUnsigned: true, isBigEndian: true);
        byte[] block = [.. new byte[signature.Length - opened.Length], .. opened];
        if (algorithm.Algorithm.Equals(PkcsObjectIdentifiers.IdRsassaPss))
        {
            return IsPss(content, block, bits, RsassaPssParameters.GetInstance(algorithm.Parameters));
        }

        return Digests.TryGetValue(algorithm.Algorithm.Id, out var oid) && IsPkcs1(content, block, new DerObjectIdentifier(oid));
    }

    // Made anew and compared as a whole: whoever takes the block apart instead has been deceived before.
    private static bool IsPkcs1(byte[] content, byte[] block, DerObjectIdentifier digest)
    {
        var info = new DigestInfo(new AlgorithmIdentifier(digest, DerNull.Instance), DigestUtilities.CalculateDigest(digest, content)).GetDerEncoded();
        var filling = block.Length - info.Length - 3;
        return filling >= 8 && block.AsSpan().SequenceEqual((byte[])[0, 1, .. Enumerable.Repeat((byte)0xff, filling), 0, .. info]);
    }

    private static bool IsPss(byte[] content, byte[] block, int bits, RsassaPssParameters parameters)
    {
        var digest = parameters.HashAlgorithm.Algorithm;
        var mask = parameters.MaskGenAlgorithm;
        var maskDigest = AlgorithmIdentifier.GetInstance(mask.Parameters).Algorithm;
        var hash = DigestUtilities.CalculateDigest(digest, content);
        // A bit less than the modulus: where that leaves a byte more than it takes, it is zero.
        var encoded = (bits - 1) % 8 == 0 ? block[1..] : block;
        var saltBytes = parameters.SaltLength.IntValueExact;
        var dataBytes = encoded.Length - hash.Length - 1;
        var isWhole = encoded.Length == block.Length || block[0] == 0;
        if (!isWhole || !mask.Algorithm.Equals(PkcsObjectIdentifiers.IdMgf1) || saltBytes < 0 || saltBytes > dataBytes - 1 || encoded[^1] != PssEnd)
        {
            return false;
        }

        var proof = encoded[dataBytes..^1];
        var data = encoded[..dataBytes];
        var unused = (8 * encoded.Length) - (bits - 1);
        if (data[0] >> (8 - unused) != 0)
        {
            return false;
        }

        Unmask(data, proof, maskDigest);
        data[0] &= (byte)(0xff >> unused);
        var salt = data[^saltBytes..];
        return data.AsSpan(0, dataBytes - saltBytes - 1).IndexOfAnyExcept((byte)0) < 0
            && data[dataBytes - saltBytes - 1] == 1
            && CryptographicOperations.FixedTimeEquals(proof, DigestUtilities.CalculateDigest(digest, (byte[])[.. new byte[8], .. hash, .. salt]));
    }

    // MGF1: digests of the seed and a counter.
    private static void Unmask(byte[] data, byte[] seed, DerObjectIdentifier digest)
    {
        for (var (place, counter) = (0, 0); place < data.Length; counter++)
        {
            foreach (var one in DigestUtilities.CalculateDigest(digest, (byte[])[.. seed, 0, 0, 0, (byte)counter]))
            {
                if (place < data.Length)
                {
                    data[place++] ^= one;
                }
            }
        }
    }
}
