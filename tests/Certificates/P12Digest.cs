using System.Text;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;

namespace Ssp.Tests.Certificates;

/// <summary>A hash function under its names, and the keys that are made of passwords with it.</summary>
/// <param name="Name">Bouncy Castle's.</param>
/// <param name="Oid">Of the digest itself, as a MAC of PKCS#12 names it.</param>
/// <param name="HmacOid">Of HMAC with it, as PBKDF2 and PBMAC1 name it.</param>
internal sealed record P12Digest(string Name, string Oid, string? HmacOid)
{
    public static readonly P12Digest Md2 = new("MD2", "1.2.840.113549.2.2", null);
    public static readonly P12Digest Md5 = new("MD5", "1.2.840.113549.2.5", "1.2.840.113549.2.6");
    public static readonly P12Digest Sha1 = new("SHA-1", "1.3.14.3.2.26", "1.2.840.113549.2.7");
    public static readonly P12Digest Sha224 = new("SHA-224", "2.16.840.1.101.3.4.2.4", "1.2.840.113549.2.8");
    public static readonly P12Digest Sha256 = new("SHA-256", "2.16.840.1.101.3.4.2.1", "1.2.840.113549.2.9");
    public static readonly P12Digest Sha384 = new("SHA-384", "2.16.840.1.101.3.4.2.2", "1.2.840.113549.2.10");
    public static readonly P12Digest Sha512 = new("SHA-512", "2.16.840.1.101.3.4.2.3", "1.2.840.113549.2.11");
    public static readonly P12Digest Sha512Over224 = new("SHA-512/224", "2.16.840.1.101.3.4.2.5", "1.2.840.113549.2.12");
    public static readonly P12Digest Sha512Over256 = new("SHA-512/256", "2.16.840.1.101.3.4.2.6", "1.2.840.113549.2.13");
    public static readonly P12Digest Sha3Over224 = new("SHA3-224", "2.16.840.1.101.3.4.2.7", "2.16.840.1.101.3.4.2.13");
    public static readonly P12Digest Sha3Over256 = new("SHA3-256", "2.16.840.1.101.3.4.2.8", "2.16.840.1.101.3.4.2.14");
    public static readonly P12Digest Sha3Over384 = new("SHA3-384", "2.16.840.1.101.3.4.2.9", "2.16.840.1.101.3.4.2.15");
    public static readonly P12Digest Sha3Over512 = new("SHA3-512", "2.16.840.1.101.3.4.2.10", "2.16.840.1.101.3.4.2.16");
    public static readonly P12Digest Ripemd160 = new("RIPEMD160", "1.3.36.3.2.1", null);
    public static readonly P12Digest Sm3 = new("SM3", "1.2.156.10197.1.401", null);

    public byte[] Of(params byte[][] parts)
    {
        var digest = DigestUtilities.GetDigest(Name);
        Array.ForEach(parts, part => digest.BlockUpdate(part, 0, part.Length));
        return DigestUtilities.DoFinal(digest);
    }

    public byte[] Hmac(byte[] key, byte[] content)
    {
        var mac = new HMac(DigestUtilities.GetDigest(Name));
        mac.Init(new KeyParameter(key));
        mac.BlockUpdate(content, 0, content.Length);
        return MacUtilities.DoFinal(mac);
    }

    /// <summary>RFC 7292, appendix B.2, by the letter. No password is no bytes; an empty one is two zeros.</summary>
    /// <param name="purpose">1: key, 2: start value, 3: MAC.</param>
    public byte[] Pkcs12(string? password, byte[] salt, int rounds, byte purpose, int length)
    {
        var block = DigestUtilities.GetDigest(Name).GetByteLength();
        byte[] text = password is null ? [] : [.. Encoding.BigEndianUnicode.GetBytes(password), 0, 0];
        var input = Der.Join(Filled(salt, block), Filled(text, block));
        var result = new List<byte>();
        while (true)
        {
            var hash = Of([.. Enumerable.Repeat(purpose, block)], input);
            for (var round = 1; round < rounds; round++)
            {
                hash = Of(hash);
            }

            result.AddRange(hash);
            if (result.Count >= length)
            {
                return [.. result.Take(length)];
            }

            var add = Enumerable.Range(0, block).Select(place => hash[place % hash.Length]).ToArray();
            for (var start = 0; start < input.Length; start += block)
            {
                var carry = 1;
                for (var place = block - 1; place >= 0; place--)
                {
                    carry += input[start + place] + add[place];
                    input[start + place] = (byte)carry;
                    carry >>= 8;
                }
            }
        }
    }

    public byte[] Pbkdf2(byte[] password, byte[] salt, int rounds, int length)
    {
        var generator = new Pkcs5S2ParametersGenerator(DigestUtilities.GetDigest(Name));
        generator.Init(password, salt, rounds);
        return ((KeyParameter)generator.GenerateDerivedMacParameters(length * 8)).GetKey();
    }

    /// <summary>PBKDF1 of PKCS#5.</summary>
    public byte[] Pbkdf1(byte[] password, byte[] salt, int rounds)
    {
        var hash = Of(password, salt);
        for (var round = 1; round < rounds; round++)
        {
            hash = Of(hash);
        }

        return hash;
    }

    public override string ToString() => Name;

    private static byte[] Filled(byte[] content, int block) =>
        [.. Enumerable.Range(0, (content.Length + block - 1) / block * block).Select(place => content[place % content.Length])];
}
