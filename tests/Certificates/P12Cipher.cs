using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;

namespace Ssp.Tests.Certificates;

/// <summary>A cipher that PBES2 can name.</summary>
/// <param name="Algorithm">Bouncy Castle's name.</param>
/// <param name="Parameters">What stands beside the identifier, made of the start value; null: the start value itself.</param>
/// <param name="EffectiveBits">Of RC2.</param>
internal sealed record P12Cipher(
    string Name, string Oid, string Algorithm, int KeyLength, int Block, Func<byte[], byte[]>? Parameters = null, int EffectiveBits = 0)
{
    public static readonly P12Cipher Aes128 = new("AES-128", "2.16.840.1.101.3.4.1.2", "AES/CBC/PKCS7", 16, 16);
    public static readonly P12Cipher Aes192 = new("AES-192", "2.16.840.1.101.3.4.1.22", "AES/CBC/PKCS7", 24, 16);
    public static readonly P12Cipher Aes256 = new("AES-256", "2.16.840.1.101.3.4.1.42", "AES/CBC/PKCS7", 32, 16);
    public static readonly P12Cipher TripleDes = new("3DES", "1.2.840.113549.3.7", "DESEDE/CBC/PKCS7", 24, 8);
    public static readonly P12Cipher Des = new("DES", "1.3.14.3.2.7", "DES/CBC/PKCS7", 8, 8);
    public static readonly P12Cipher Rc2Of128 = Rc2("RC2-128", 16, 58);
    public static readonly P12Cipher Rc2Of64 = Rc2("RC2-64", 8, 120);
    public static readonly P12Cipher Rc2Of40 = Rc2("RC2-40", 5, 160);
    public static readonly P12Cipher Camellia128 = new("Camellia-128", "1.2.392.200011.61.1.1.1.2", "CAMELLIA/CBC/PKCS7", 16, 16);
    public static readonly P12Cipher Camellia192 = new("Camellia-192", "1.2.392.200011.61.1.1.1.3", "CAMELLIA/CBC/PKCS7", 24, 16);
    public static readonly P12Cipher Camellia256 = new("Camellia-256", "1.2.392.200011.61.1.1.1.4", "CAMELLIA/CBC/PKCS7", 32, 16);
    public static readonly P12Cipher Aria128 = new("ARIA-128", "1.2.410.200046.1.1.2", "ARIA/CBC/PKCS7", 16, 16);
    public static readonly P12Cipher Aria192 = new("ARIA-192", "1.2.410.200046.1.1.7", "ARIA/CBC/PKCS7", 24, 16);
    public static readonly P12Cipher Aria256 = new("ARIA-256", "1.2.410.200046.1.1.12", "ARIA/CBC/PKCS7", 32, 16);
    public static readonly P12Cipher Seed = new("SEED", "1.2.410.200004.1.4", "SEED/CBC/PKCS7", 16, 16);
    public static readonly P12Cipher Blowfish = new("Blowfish", "1.3.6.1.4.1.3029.1.2", "BLOWFISH/CBC/PKCS7", 16, 8);

    public static readonly P12Cipher Cast5 =
        new("CAST5", "1.2.840.113533.7.66.10", "CAST5/CBC/PKCS7", 16, 8, start => Der.Sequence(Der.Octets(start), Der.Integer(128)));

    /// <summary>As OpenSSL writes it: the start value alone.</summary>
    public static readonly P12Cipher Cast5Alone = Cast5 with { Name = "CAST5 of OpenSSL", Parameters = null };

    public static readonly P12Cipher Idea = new("IDEA", "1.3.6.1.4.1.188.7.1.1.2", "IDEA/CBC/PKCS7", 16, 8, start => Der.Sequence(Der.Octets(start)));

    public static readonly P12Cipher IdeaAlone = Idea with { Name = "IDEA of OpenSSL", Parameters = null };

    public static readonly P12Cipher Aes256Ecb = new("AES-256 ECB", "2.16.840.1.101.3.4.1.41", "AES/ECB/PKCS7", 32, 0, _ => []);
    public static readonly P12Cipher Rc4 = new("RC4", "1.2.840.113549.3.4", "RC4", 16, 0, _ => []);

    public static readonly P12Cipher Aes256Gcm =
        new("AES-256 GCM", "2.16.840.1.101.3.4.1.46", "AES/GCM/NoPadding", 32, 12, start => Der.Sequence(Der.Octets(start), Der.Integer(16)));

    public byte[] Identifier(byte[] start) => Der.Algorithm(Oid, Parameters is null ? Der.Octets(start) : Parameters(start));

    public byte[] Encrypt(byte[] key, byte[] start, byte[] content)
    {
        ICipherParameters parameters = EffectiveBits > 0
            ? new RC2Parameters(key, EffectiveBits)
            : ParameterUtilities.CreateKeyParameter(Algorithm.Split('/')[0], key);
        return Run(
            Algorithm,
            Algorithm.Contains("GCM", StringComparison.Ordinal) ? new AeadParameters((KeyParameter)parameters, 128, start)
                : Block == 0 ? parameters
                : new ParametersWithIV(parameters, start),
            content);
    }

    /// <summary>Encrypts under a name of Bouncy Castle's.</summary>
    public static byte[] Run(string algorithm, ICipherParameters parameters, byte[] content)
    {
        var cipher = CipherUtilities.GetCipher(algorithm);
        cipher.Init(forEncryption: true, parameters);
        return cipher.DoFinal(content);
    }

    public override string ToString() => Name;

    // RFC 8018: the version says the effective bits in a way of its own.
    private static P12Cipher Rc2(string name, int length, int version) =>
        new(name, "1.2.840.113549.3.2", "RC2/CBC/PKCS7", length, 8, start => Der.Sequence(Der.Integer(version), Der.Octets(start)), length * 8);
}
