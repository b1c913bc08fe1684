using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Pkcs;
using Org.BouncyCastle.Security;

namespace Ssp.Dev.Demo;

/// <summary>
/// P12 files to try the portal with, made as eHealth's Certificate Manager makes them but issued by nobody: some in order, some with something wrong.
/// </summary>
public static class DemoCertificates
{
    public const string Password = "demo-password";

    private const string FolderName = "certificates";

    /// <summary>Writes the files unless they are there.</summary>
    /// <returns>Their folder.</returns>
    public static string WriteIfMissing(string dataFolder)
    {
        var folder = Path.Combine(dataFolder, FolderName);
        if (Directory.Exists(folder))
        {
            return folder;
        }

        var fresh = folder + ".new";
        Directory.CreateDirectory(fresh);
        using var issuer = new Authority();
        var today = DateTimeOffset.UtcNow;
        // Those in which the demo has Certificate Managers.
        foreach (var hospital in DemoHospital.All.Take(2))
        {
            void Write(string what, DateTimeOffset from, DateTimeOffset until, bool withEncryption = true)
            {
                var name = $"NIHII-HOSPITAL={hospital.Nihdi} {from.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)} {what}.p12";
                File.WriteAllBytes(Path.Combine(fresh, name), issuer.Make(hospital, from, until, withEncryption));
            }

            Write("in order", today.AddDays(-30), today.AddMonths(38));
            Write("to be renewed", today.AddMonths(-38), today.AddDays(40));
            Write("expired", today.AddMonths(-40), today.AddDays(-20));
            Write("without its second key", today.AddDays(-1), today.AddMonths(39), withEncryption: false);
        }

        Directory.Move(fresh, folder);
        return folder;
    }

    /// <summary>What stands for eHealth's issuer here.</summary>
    private sealed class Authority : IDisposable
    {
        private readonly RSA key = RSA.Create(2048);
        private readonly X509Certificate2 certificate;

        public Authority()
        {
            var name = new X500DistinguishedNameBuilder();
            name.AddCommonName("Demo PKI - eHealth issuing CA 001");
            name.AddOrganizationName("Demo hospital");
            name.AddCountryOrRegion("BE");
            var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
            certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-10), DateTimeOffset.UtcNow.AddYears(20));
        }

        public byte[] Make(DemoHospital hospital, DateTimeOffset from, DateTimeOffset until, bool withEncryption)
        {
            using var authenticationKey = RSA.Create(2048);
            using var encryptionKey = RSA.Create(2048);
            var subject = SubjectOf(hospital);
            using var authentication = Request(subject, authenticationKey, X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment)
                .Create(certificate.SubjectName, X509SignatureGenerator.CreateForRSA(key, RSASignaturePadding.Pkcs1), from, until, Serial());
            // eHealth's tool has the second certificate issued by the first one's key.
            var serial = Serial();
            using var encryption = Request(subject, encryptionKey, X509KeyUsageFlags.KeyEncipherment | X509KeyUsageFlags.DataEncipherment)
                .Create(subject, X509SignatureGenerator.CreateForRSA(authenticationKey, RSASignaturePadding.Pkcs1), from, until, serial);

            var store = new Pkcs12StoreBuilder()
                .SetKeyAlgorithm(NistObjectIdentifiers.IdAes256Cbc, PkcsObjectIdentifiers.IdHmacWithSha256)
                .SetCertAlgorithm(NistObjectIdentifiers.IdAes256Cbc, PkcsObjectIdentifiers.IdHmacWithSha256)
                .Build();
            store.SetKeyEntry("authentication", Key(authenticationKey), [Entry(authentication), Entry(certificate)]);
            if (withEncryption)
            {
                var name = new BigInteger(serial, isUnsigned: true, isBigEndian: true).ToString(CultureInfo.InvariantCulture);
                store.SetKeyEntry(name, Key(encryptionKey), [Entry(encryption)]);
            }

            using var file = new MemoryStream();
            store.Save(file, Password.ToCharArray(), new SecureRandom());
            return file.ToArray();
        }

        public void Dispose()
        {
            certificate.Dispose();
            key.Dispose();
        }

        private static X500DistinguishedName SubjectOf(DemoHospital hospital)
        {
            var name = new X500DistinguishedNameBuilder();
            // The builder writes what comes last first.
            name.AddCommonName($"NIHII-HOSPITAL={hospital.Nihdi}");
            name.AddOrganizationalUnitName("eHealth-platform Belgium");
            name.AddOrganizationalUnitName(hospital.Name.ToUpperInvariant());
            name.AddOrganizationalUnitName($"NIHII-HOSPITAL={hospital.Nihdi}");
            name.AddOrganizationName("Federal Government");
            name.AddCountryOrRegion("BE");
            return name.Build();
        }

        private static CertificateRequest Request(X500DistinguishedName subject, RSA key, X509KeyUsageFlags usages)
        {
            var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            request.CertificateExtensions.Add(new X509KeyUsageExtension(usages, true));
            return request;
        }

        private static AsymmetricKeyEntry Key(RSA key) => new(DotNetUtilities.GetRsaKeyPair(key).Private);

        private static X509CertificateEntry Entry(X509Certificate2 certificate) => new(DotNetUtilities.FromX509Certificate(certificate));

        // 128 bits and positive.
        private static byte[] Serial()
        {
            var serial = RandomNumberGenerator.GetBytes(16);
            serial[0] = (byte)((serial[0] & 0x3f) | 0x40);
            return serial;
        }
    }
}
