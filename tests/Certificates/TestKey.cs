using System.Collections.Concurrent;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Operators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Pkcs;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace Ssp.Tests.Certificates;

/// <summary>A key pair made for the tests; each is made once in a run, as making one is slow.</summary>
/// <param name="Private">PrivateKeyInfo in DER.</param>
/// <param name="Public">SubjectPublicKeyInfo in DER.</param>
/// <param name="Signature">How it signs a certificate, in Bouncy Castle's words; empty: it cannot.</param>
internal sealed record TestKey(byte[] Private, byte[] Public, string Signature)
{
    private static readonly ConcurrentDictionary<string, Lazy<TestKey>> Pool = new();

    /// <summary>The private key as RFC 5958 writes it with its public key, where it differs.</summary>
    public byte[]? PrivateWithPublic { get; init; }

    /// <summary>The key of this name: always the same one in a run.</summary>
    public static TestKey Rsa(string name, int bits = 2048) => Once($"RSA {bits} {name}", () =>
    {
        using var key = RSA.Create(bits);
        return new TestKey(key.ExportPkcs8PrivateKey(), key.ExportSubjectPublicKeyInfo(), "SHA256WITHRSA");
    });

    /// <summary>One of a length that the runtime does not make.</summary>
    public static TestKey RsaOfAnyLength(string name, int bits) => Made(
        $"RSA {bits} {name}",
        new RsaKeyPairGenerator(),
        new RsaKeyGenerationParameters(Org.BouncyCastle.Math.BigInteger.ValueOf(65537), new SecureRandom(), bits, 80),
        "SHA256WITHRSA");

    /// <summary>An RSA key that says that it is for PSS only.</summary>
    public static TestKey RsaPss(string name) => Once($"RSA-PSS {name}", () =>
    {
        var key = Rsa(name);
        return new TestKey(OfKind(key.Private), OfKind(key.Public), "SHA256WITHRSAANDMGF1");

        static byte[] OfKind(byte[] info) => Replaced(info, Der.Algorithm("1.2.840.113549.1.1.1", Der.Null), Der.Algorithm("1.2.840.113549.1.1.10"));
    });

    public static TestKey Ec(string name, string curve = "nistP256") => Once($"EC {curve} {name}", () =>
    {
        using var key = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
        return new TestKey(key.ExportPkcs8PrivateKey(), key.ExportSubjectPublicKeyInfo(), "SHA256WITHECDSA");
    });

    /// <summary>A key on P-256, which it describes by its numbers instead of its name.</summary>
    public static TestKey EcExplicit(string name) => Once($"EC explicit {name}", () =>
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var numbers = key.ExportExplicitParameters(includePrivateParameters: true);
        using var described = ECDsa.Create(numbers);
        return new TestKey(described.ExportPkcs8PrivateKey(), described.ExportSubjectPublicKeyInfo(), "SHA256WITHECDSA");
    });

    public static TestKey Dsa(string name) => Once($"DSA {name}", () =>
    {
        using var key = DSA.Create(1024);
        return new TestKey(key.ExportPkcs8PrivateKey(), key.ExportSubjectPublicKeyInfo(), "SHA1WITHDSA");
    });

    public static TestKey Ed25519(string name) =>
        Made($"Ed25519 {name}", new Ed25519KeyPairGenerator(), new Ed25519KeyGenerationParameters(new SecureRandom()), "Ed25519");

    public static TestKey Ed448(string name) =>
        Made($"Ed448 {name}", new Ed448KeyPairGenerator(), new Ed448KeyGenerationParameters(new SecureRandom()), "Ed448");

    public static TestKey X25519(string name) =>
        Made($"X25519 {name}", new X25519KeyPairGenerator(), new X25519KeyGenerationParameters(new SecureRandom()), "");

    public static TestKey DiffieHellman(string name) =>
        Made(
            $"DH {name}",
            new DHKeyPairGenerator(),
            new DHKeyGenerationParameters(new SecureRandom(), Org.BouncyCastle.Crypto.Agreement.DHStandardGroups.rfc7919_ffdhe2048),
            "");

    /// <summary>The algorithm identifier and the signature over the content.</summary>
    public (byte[] Algorithm, Func<byte[], byte[]> Sign) Signer(string? signature = null)
    {
        var name = signature ?? Signature;
        // A key for PSS only is the same numbers; Bouncy Castle signs with what it calls RSA.
        var info = Replaced(Private, Der.Algorithm("1.2.840.113549.1.1.10"), Der.Algorithm("1.2.840.113549.1.1.1", Der.Null));
        var factory = new Asn1SignatureFactory(name, PrivateKeyFactory.CreateKey(info));
        return (((Org.BouncyCastle.Asn1.X509.AlgorithmIdentifier)factory.AlgorithmDetails).GetDerEncoded(), Sign);

        byte[] Sign(byte[] content)
        {
            var calculator = factory.CreateCalculator();
            calculator.Stream.Write(content);
            calculator.Stream.Dispose();
            return calculator.GetResult().Collect();
        }
    }

    private static TestKey Made(string name, IAsymmetricCipherKeyPairGenerator generator, KeyGenerationParameters parameters, string signature) =>
        Once(name, () =>
        {
            generator.Init(parameters);
            var pair = generator.GenerateKeyPair();
            // Bouncy Castle adds the public key, as RFC 5958 allows; most writers do not.
            var info = PrivateKeyInfoFactory.CreatePrivateKeyInfo(pair.Private);
            var plain = Der.Sequence(Der.Integer(0), info.PrivateKeyAlgorithm.GetDerEncoded(), info.PrivateKey.GetDerEncoded());
            return new TestKey(plain, SubjectPublicKeyInfoFactory.CreateSubjectPublicKeyInfo(pair.Public).GetDerEncoded(), signature)
            {
                PrivateWithPublic = info.GetDerEncoded(),
            };
        });

    private static TestKey Once(string name, Func<TestKey> make) => Pool.GetOrAdd(name, _ => new Lazy<TestKey>(make)).Value;

    // In a SEQUENCE of few elements, one of them by another.
    private static byte[] Replaced(byte[] sequence, byte[] old, byte[] with)
    {
        var reader = new System.Formats.Asn1.AsnReader(sequence, System.Formats.Asn1.AsnEncodingRules.DER).ReadSequence();
        var parts = new List<byte[]>();
        while (reader.HasData)
        {
            var part = reader.ReadEncodedValue().ToArray();
            parts.Add(part.AsSpan().SequenceEqual(old) ? with : part);
        }

        return Der.Sequence([.. parts]);
    }
}
