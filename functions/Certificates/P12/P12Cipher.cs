using System.Security.Cryptography;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;

namespace Ssp.Certificates.P12;

/// <summary>Opens what a file protects with the password, and checks its MAC.</summary>
internal static class P12Cipher
{
    /// <returns>The content, or null when this password does not open it.</returns>
    public static byte[]? Decrypt(P12Protection protection, byte[] content, P12Password password)
    {
        try
        {
            var cipher = protection.Derivation is null ? OldCipher(protection.Algorithm, password) : NewCipher(protection, password);
            return cipher.DoFinal(content);
        }
        catch (Exception error) when (
            error is CryptoException or SecurityUtilityException or GeneralSecurityException
                or ArgumentException or InvalidOperationException or IndexOutOfRangeException or InvalidCastException or IOException)
        {
            // The padding does not fit, or the parameters are none of this cipher: it cannot be told which without the right key.
            return null;
        }
    }

    /// <returns>Whether the MAC over the content is that of this password.</returns>
    /// <exception cref="P12Fault">P01: the MAC has not the length of its algorithm.</exception>
    public static bool HasMac(P12Protection protection, byte[] content, byte[] expected, P12Password password)
    {
        var isPbmac1 = protection.Algorithm.Algorithm.Equals(P12Protection.Pbmac1);
        var digest = DigestUtilities.GetDigest(isPbmac1 ? protection.HmacDigest : protection.Algorithm.Algorithm.Id);
        if (expected.Length != digest.GetDigestSize())
        {
            throw P12Fault.Damaged();
        }

        var kdf = protection.Derivation!;
        var key = isPbmac1 ? new KeyParameter(password.Derive(kdf, kdf.KeyBytes!.Value)) : password.DeriveMacKey(digest, kdf.Salt, kdf.Cost);
        var mac = new HMac(digest);
        mac.Init(key);
        mac.BlockUpdate(content, 0, content.Length);
        return CryptographicOperations.FixedTimeEquals(MacUtilities.DoFinal(mac), expected);
    }

    private static IBufferedCipher OldCipher(AlgorithmIdentifier algorithm, P12Password password)
    {
        // "Wrong zero" is the library's word for the two zero bytes of an empty password.
        var key = PbeUtilities.GenerateCipherParameters(algorithm, password.Characters, !password.WithoutEnd);
        var cipher = (IBufferedCipher)PbeUtilities.CreateEngine(algorithm);
        cipher.Init(false, key);
        return cipher;
    }

    private static IBufferedCipher NewCipher(P12Protection protection, P12Password password)
    {
        var scheme = protection.Inner!;
        var key = password.Derive(protection.Derivation!, protection.CipherKeyBytes);
        var cipher = CipherUtilities.GetCipher(scheme.Algorithm);
        var keyParameter = ParameterUtilities.CreateKeyParameter(scheme.Algorithm, key);
        cipher.Init(false, ParameterUtilities.GetCipherParameters(scheme.Algorithm, keyParameter, scheme.Parameters?.ToAsn1Object()));
        return cipher;
    }
}
