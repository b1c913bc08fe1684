using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ssp.Dev.Demo;

/// <summary>P12 files to try the portal with, made as eHealth's Certificate Manager makes them but issued by nobody: some in order, some with something wrong.</summary>
public static class DemoCertificates
{
    public const string Password = "demo-password";

    private const string FolderName = "certificates";
    private static readonly PbeParameters Protection = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 2_048);

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
            void Write(string what, DateTimeOffset from, DateTimeOffset until, bool withEncryption = true) =>
                File.WriteAllBytes(Path.Combine(fresh, $"NIHII-HOSPITAL={hospital.Nihdi} {from.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)} {what}.p12"), issuer.Make(hospital, from, until, withEncryption));

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
            name.AddCountryOrRegion("BE");
            name.AddOrganizationName("Demo hospital");
            name.AddCommonName("Demo PKI - eHealth issuing CA 001");
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

            var keys = new Pkcs12SafeContents();
            var certificates = new Pkcs12SafeContents();
            Add(keys, certificates, "authentication", 1, authenticationKey, authentication);
            if (withEncryption)
            {
                Add(keys, certificates, new BigInteger(serial, isUnsigned: true, isBigEndian: true).ToString(CultureInfo.InvariantCulture), 2, encryptionKey, encryption);
            }

            Name(certificates.AddCertificate(certificate), certificate.Subject);
            var file = new Pkcs12Builder();
            file.AddSafeContentsUnencrypted(keys);
            file.AddSafeContentsEncrypted(certificates, Password, Protection);
            file.SealWithMac(Password, HashAlgorithmName.SHA256, 2_048);
            return file.Encode();
        }

        public void Dispose()
        {
            certificate.Dispose();
            key.Dispose();
        }

        private static X500DistinguishedName SubjectOf(DemoHospital hospital)
        {
            var name = new X500DistinguishedNameBuilder();
            name.AddCountryOrRegion("BE");
            name.AddOrganizationName("Federal Government");
            name.AddOrganizationalUnitName($"NIHII-HOSPITAL={hospital.Nihdi}");
            name.AddOrganizationalUnitName(hospital.Name.ToUpperInvariant());
            name.AddOrganizationalUnitName("eHealth-platform Belgium");
            name.AddCommonName($"NIHII-HOSPITAL={hospital.Nihdi}");
            return name.Build();
        }

        private static CertificateRequest Request(X500DistinguishedName subject, RSA key, X509KeyUsageFlags usages)
        {
            var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            request.CertificateExtensions.Add(new X509KeyUsageExtension(usages, true));
            return request;
        }

        private static void Add(Pkcs12SafeContents keys, Pkcs12SafeContents certificates, string alias, byte id, RSA key, X509Certificate2 certificate)
        {
            foreach (var bag in (Pkcs12SafeBag[])[keys.AddShroudedKey(key, Password, Protection), certificates.AddCertificate(certificate)])
            {
                Name(bag, alias);
                bag.Attributes.Add(new Pkcs9LocalKeyId([id]));
            }
        }

        private static void Name(Pkcs12SafeBag bag, string alias)
        {
            var text = new AsnWriter(AsnEncodingRules.DER);
            text.WriteCharacterString(UniversalTagNumber.BMPString, alias);
            bag.Attributes.Add(new AsnEncodedData(new Oid("1.2.840.113549.1.9.20"), text.Encode()));
        }

        // 128 bits and positive.
        private static byte[] Serial()
        {
            var serial = RandomNumberGenerator.GetBytes(16);
            serial[0] = (byte)((serial[0] & 0x3f) | 0x40);
            return serial;
        }
    }
}
