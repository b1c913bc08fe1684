using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;

namespace Ssp.Certificates.P12;

/// <summary>
/// One way in which a password becomes bytes. PKCS#12's own schemes take UTF-16 with two zero bytes at its end, PBES2 and PBMAC1 take UTF-8; programs
/// differ about the empty password, about accents, and old ones about everything outside ASCII. So a password that was typed is tried in each way.
/// </summary>
/// <param name="Characters">For PKCS#12's own schemes.</param>
/// <param name="WithoutEnd">An empty password as no bytes at all, instead of the two zero bytes.</param>
/// <param name="Bytes">For PBES2 and PBMAC1.</param>
internal sealed record P12Password(char[] Characters, bool WithoutEnd, byte[] Bytes)
{
    public static IReadOnlyList<P12Password> Variants(string typed)
    {
        if (typed.Length == 0)
        {
            return [new([], false, []), new([], true, [])];
        }

        var variants = new List<P12Password> { Of(typed) };
        if (!Ascii.IsValid(typed) && IsText(typed))
        {
            foreach (var form in (NormalizationForm[])[NormalizationForm.FormC, NormalizationForm.FormD])
            {
                if (!typed.IsNormalized(form))
                {
                    variants.Add(Of(typed.Normalize(form)));
                }
            }

            // Each byte of the UTF-8 taken for a character (OpenSSL before 1.1), and the characters of ISO 8859-1 for bytes.
            var composed = typed.Normalize(NormalizationForm.FormC);
            variants.Add(new(Encoding.Latin1.GetChars(Encoding.UTF8.GetBytes(composed)), false, Encoding.Latin1.GetBytes(composed)));
        }

        return variants;
    }

    /// <summary>The bytes as PKCS#12's own derivation takes them (RFC 7292, appendix B.1).</summary>
    public byte[] Bmp()
    {
        if (Characters.Length == 0 && WithoutEnd)
        {
            return [];
        }

        var bytes = new byte[2 * (Characters.Length + 1)];
        for (var place = 0; place < Characters.Length; place++)
        {
            bytes[2 * place] = (byte)(Characters[place] >> 8);
            bytes[(2 * place) + 1] = (byte)Characters[place];
        }

        return bytes;
    }

    /// <summary>The key for a MAC after RFC 7292.</summary>
    public KeyParameter DeriveMacKey(IDigest digest, byte[] salt, int rounds)
    {
        var generator = new Pkcs12ParametersGenerator(digest);
        generator.Init(Bmp(), salt, rounds);
        return (KeyParameter)generator.GenerateDerivedMacParameters(8 * digest.GetDigestSize());
    }

    /// <summary>The key for PBES2 or PBMAC1.</summary>
    public byte[] Derive(P12Protection.Kdf kdf, int keyBytes) => kdf.Digest switch
    {
        null => SCrypt.Generate(Bytes, kdf.Salt, kdf.Cost, kdf.BlockSize, kdf.Parallel, keyBytes),
        // The runtime's own where it has them: several times faster.
        "SHA-1" => Rfc2898DeriveBytes.Pbkdf2(Bytes, kdf.Salt, kdf.Cost, HashAlgorithmName.SHA1, keyBytes),
        "SHA-256" => Rfc2898DeriveBytes.Pbkdf2(Bytes, kdf.Salt, kdf.Cost, HashAlgorithmName.SHA256, keyBytes),
        "SHA-384" => Rfc2898DeriveBytes.Pbkdf2(Bytes, kdf.Salt, kdf.Cost, HashAlgorithmName.SHA384, keyBytes),
        "SHA-512" => Rfc2898DeriveBytes.Pbkdf2(Bytes, kdf.Salt, kdf.Cost, HashAlgorithmName.SHA512, keyBytes),
        _ => DeriveSlowly(kdf, keyBytes),
    };

    /// <summary>Whether the runtime has PBKDF2 with this digest.</summary>
    public static bool IsFast(string digest) => digest is "SHA-1" or "SHA-256" or "SHA-384" or "SHA-512";

    public void Forget()
    {
        CryptographicOperations.ZeroMemory(Bytes);
        Characters.AsSpan().Clear();
    }

    private static P12Password Of(string text) => new(text.ToCharArray(), false, Encoding.UTF8.GetBytes(text));

    // Half a character cannot be normalised, nor the byte order mark the wrong way round.
    private static bool IsText(string text)
    {
        for (var place = 0; place < text.Length; place++)
        {
            if (text[place] == '\ufffe')
            {
                return false;
            }

            if (char.IsSurrogate(text[place]) && !(char.IsHighSurrogate(text[place]) && place + 1 < text.Length && char.IsLowSurrogate(text[++place])))
            {
                return false;
            }
        }

        return true;
    }

    private byte[] DeriveSlowly(P12Protection.Kdf kdf, int keyBytes)
    {
        var generator = new Pkcs5S2ParametersGenerator(DigestUtilities.GetDigest(kdf.Digest));
        generator.Init(Bytes, kdf.Salt, kdf.Cost);
        return ((KeyParameter)generator.GenerateDerivedMacParameters(8 * keyBytes)).GetKey();
    }
}
