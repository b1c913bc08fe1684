using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using Ssp.Certificates;

namespace Ssp;

/// <summary>
/// Every setting of the portal, read and checked once at start. The names are the environment variables' names;
/// infra/docs/settings.md lists them with their meaning.
/// </summary>
public sealed class PortalSettings
{
    private PortalSettings(IConfiguration configuration)
    {
        var read = new Reader(configuration);
        AzureWebJobsStorage = read.Required("AzureWebJobsStorage", "the connection string of Azurite or Azure Storage");
        StoragePrefix = read.Required("StoragePrefix", "a short word before the names of tables, queues and containers, for example ssp");
        PublicUrl = read.Address("PublicUrl", "the address people use, for example https://hd4dp.hospital.example/ssp");
        LocaldwhConnection = read.Required("LocaldwhConnection", "the Npgsql connection string of HD4DP's localdwh database");
        NippinConnection = read.Required("NippinConnection", "the Npgsql connection string of HD4DP's nippin database");
        // Triggers resolve these by themselves, and one that is missing would only switch its timer off.
        read.Required("PopulateOrganizationsSchedule", "when to look for new organisations, for example 0 0 5 * * *");
        read.Required("ExpireExportsSchedule", "when to remove expired exports, for example 0 15 * * * *");
        read.Required("RecheckCertificatesSchedule", "when to check all certificates again, for example 0 0 4 * * *");
        read.Required("WatchCertificatesSchedule", "how often to look for expired and undelivered certificates, for example 0 */5 * * * *");
        read.Required("ValidateNippinSchedule", "when to compare registrations of implants with the messages to the insurers, for example 0 30 3 * * *");
        read.Required("WatchNippinSchedule", "how often to look for registries without a validation, for example 0 */5 * * * *");
        KeysFolder = read.RequiredPath("KeysFolder", "a folder outside the storage account, of mode 0700, for the keys that encrypt certificates, for example /var/lib/ssp/keys");
        BootstrapEmail = read.Optional("BootstrapEmail");
        BootstrapReissue = read.Optional("BootstrapReissue");
        ServiceDesk = read.Optional("ServiceDesk");
        RegistriesFile = read.OptionalPath("RegistriesFile");
        TemporaryPasswordLifetime = TimeSpan.FromHours(read.Number("TemporaryPasswordHours", 72, 1, 24 * 30));
        SessionIdle = TimeSpan.FromMinutes(read.Number("SessionIdleMinutes", 20, 1, 24 * 60));
        SessionLifetime = TimeSpan.FromMinutes(read.Number("SessionMinutes", 8 * 60, 1, 24 * 60));
        PasswordIterations = read.Number("PasswordIterations", 210_000, 210_000, 10_000_000);
        ClientAddressHeader = ReadAddressHeader(read);
        FailuresPerAddress = read.Number("SignInFailuresPerAddress", 1_000, 10, 1_000_000);
        ExportLifetime = TimeSpan.FromDays(read.Number("ExportDays", 7, 1, 365));
        StatementTimeout = TimeSpan.FromSeconds(read.Number("WarehouseTimeoutSeconds", 1_500, 1, 24 * 3600));
        NippinNights = read.Number("NippinNights", 30, 2, 366);
        CertificateUploadsPerHour = read.Number("CertificateUploadsPerHour", 1_000, 1, 100_000);
        CertificateRules = ReadRules(read);
        CertificateScanCommand = read.Optional("CertificateScanCommand")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        CertificateDeliveryFolder = read.OptionalPath("CertificateDeliveryFolder");
        DeliversPassword = read.Choice("CertificateDeliveryPassword", "none", "none", "file") == "file";
        Localdwh = configuration.GetSection("Localdwh");
        Nippin = configuration.GetSection("Nippin");

        if (PublicUrl.Host != "missing" && PublicUrl.AbsolutePath.TrimEnd('/') != "/ssp")
        {
            read.Faults.Add("The setting PublicUrl must end in /ssp.");
        }

        if (UsesPublishedKeyElsewhere(AzureWebJobsStorage))
        {
            read.Faults.Add("AzureWebJobsStorage uses the account key that Azurite publishes, on another machine than this: give Azurite a key of its own (AZURITE_ACCOUNTS).");
        }

        if (StoragePrefix.Length > 20 || !char.IsAsciiLetterLower(StoragePrefix[0]) || !StoragePrefix.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)))
        {
            read.Faults.Add("StoragePrefix must be at most 20 small letters and digits and begin with a letter.");
        }

        if (read.Faults.Count > 0)
        {
            throw new SettingsException(string.Join(" ", read.Faults));
        }
    }

    public string AzureWebJobsStorage { get; }

    public string StoragePrefix { get; }

    public Uri PublicUrl { get; }

    public string LocaldwhConnection { get; }

    public string NippinConnection { get; }

    /// <summary>The e-mail address of the first User Manager.</summary>
    public string? BootstrapEmail { get; }

    /// <summary>Any new word here makes the next start issue a new temporary password to <see cref="BootstrapEmail"/>, once.</summary>
    public string? BootstrapReissue { get; }

    /// <summary>An e-mail address or web address, shown to people who cannot sign in.</summary>
    public string? ServiceDesk { get; }

    /// <summary>A file that replaces the registry catalogue the portal ships with.</summary>
    public string? RegistriesFile { get; }

    public TimeSpan TemporaryPasswordLifetime { get; }

    public TimeSpan SessionIdle { get; }

    public TimeSpan SessionLifetime { get; }

    /// <summary>Rounds of PBKDF2-HMAC-SHA512; at least 210,000 (OWASP Password Storage Cheat Sheet).</summary>
    public int PasswordIterations { get; }

    /// <summary>The header in which the hospital's reverse proxy says who calls; null: none is believed. See <see cref="Http.ClientAddress"/>.</summary>
    public string? ClientAddressHeader { get; }

    /// <summary>Failed sign-ins one address may make in a quarter of an hour.</summary>
    public int FailuresPerAddress { get; }

    public TimeSpan ExportLifetime { get; }

    public TimeSpan StatementTimeout { get; }

    /// <summary>How many nights the results of NIPPIN validations are kept.</summary>
    public int NippinNights { get; }

    /// <summary>Where the keys lie that encrypt certificates and their passwords; see <see cref="Storage.Seals"/>.</summary>
    public string KeysFolder { get; }

    /// <summary>P12 files one organisation may upload in an hour.</summary>
    public int CertificateUploadsPerHour { get; }

    public CertificateRules CertificateRules { get; }

    /// <summary>A virus scanner and its arguments; empty: none. See <see cref="VirusScan"/>.</summary>
    public IReadOnlyList<string> CertificateScanCommand { get; }

    /// <summary>Where HD4DP finds the active certificates; null: they are not delivered.</summary>
    public string? CertificateDeliveryFolder { get; }

    /// <summary>Whether a certificate's password is delivered in a file beside it.</summary>
    public bool DeliversPassword { get; }

    /// <summary>Names of tables and columns where an installation differs from the defaults, see <see cref="Hd4dp.WarehouseNames"/>.</summary>
    public IConfigurationSection Localdwh { get; }

    /// <summary>The same for the database nippin, see <see cref="Hd4dp.NippinNames"/>.</summary>
    public IConfigurationSection Nippin { get; }

    /// <exception cref="SettingsException">A setting is missing or senseless; the message names each.</exception>
    public static PortalSettings From(IConfiguration configuration) => new(configuration);

    private static string? ReadAddressHeader(Reader read)
    {
        if (read.Optional("TrustedProxyHops") is { } hops && hops != "0")
        {
            read.Faults.Add("The setting TrustedProxyHops is no longer there, because Functions hosts replace X-Forwarded-For: let the reverse proxy set X-Real-IP, and name that header in the setting ClientAddressHeader.");
        }

        var header = read.Optional("ClientAddressHeader");
        if (header is not null && !header.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-'))
        {
            read.Faults.Add("The setting ClientAddressHeader must be the name of a header, for example X-Real-IP.");
        }

        if (header is not null && (header.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase) || header.Equals("Forwarded", StringComparison.OrdinalIgnoreCase)))
        {
            read.Faults.Add($"The setting ClientAddressHeader cannot be {header}: callers send that header themselves, and Functions hosts replace it. Let the reverse proxy set X-Real-IP.");
        }

        return header;
    }

    private static CertificateRules ReadRules(Reader read)
    {
        var usual = new CertificateRules();
        return new CertificateRules(
            read.Number("CertificateKeys", usual.LeastKeys, 1, 20),
            read.Number("CertificateWarningDays", usual.WarningDays, 1, 1_000),
            read.Number("CertificateRenewalMonths", usual.RenewalMonths, 1, 24),
            read.Number("CertificateRsaBits", usual.LeastRsaBits, 1_024, P12Limits.MostRsaBits),
            read.Choice("CertificateEnvironment", "production", "production", "acceptance") == "acceptance",
            ReadRoots(read),
            ReadSeverities(read));
    }

    private static IReadOnlyList<byte[]> ReadRoots(Reader read)
    {
        if (read.OptionalPath("CertificateRootsFile") is not { } file)
        {
            return [];
        }

        try
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPem(File.ReadAllText(file));
            if (roots.Count > 0)
            {
                return [.. roots.Select(root => root.RawData)];
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // Said below, as for a file without any.
        }

        read.Faults.Add($"The setting CertificateRootsFile names a file in which no certificates in PEM can be read: {file}.");
        return [];
    }

    // Such as "P22=refuse P28=off".
    private static Dictionary<string, Severity?> ReadSeverities(Reader read)
    {
        var severities = new Dictionary<string, Severity?>();
        foreach (var word in (read.Optional("CertificateFindings") ?? "").Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.Split('=') is [var code, var level] && CertificateRules.CanWeigh(code)
                && (level == "off" || (Enum.TryParse<Severity>(level, ignoreCase: true, out _) && !char.IsAsciiDigit(level[0]))))
            {
                severities[code] = level == "off" ? null : Enum.Parse<Severity>(level, ignoreCase: true);
            }
            else
            {
                read.Faults.Add($"In the setting CertificateFindings this is not understood: {word}. It takes findings from P{CertificateRules.FirstWeighed} to P{CertificateRules.LastFinding}, each with refuse, warn, info or off, for example P22=refuse P28=off.");
            }
        }

        return severities;
    }

    private static bool UsesPublishedKeyElsewhere(string connectionString) =>
        connectionString.Contains("Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==", StringComparison.Ordinal)
        && connectionString.Split(';').Select(part => part.Split('=', 2)).Any(
            part => part is [var name, var value] && name.Trim().EndsWith("Endpoint", StringComparison.OrdinalIgnoreCase) && Uri.TryCreate(value, UriKind.Absolute, out var address) && !address.IsLoopback);

    private sealed class Reader(IConfiguration configuration)
    {
        public List<string> Faults { get; } = [];

        public string? Optional(string name) => configuration[name] is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

        public string Required(string name, string meaning)
        {
            if (Optional(name) is { } value)
            {
                return value;
            }

            Faults.Add($"The setting {name} is missing: {meaning}.");
            return "missing";
        }

        public string RequiredPath(string name, string meaning)
        {
            RequireWhole(name);
            return Required(name, meaning);
        }

        public string? OptionalPath(string name)
        {
            RequireWhole(name);
            return Optional(name);
        }

        public Uri Address(string name, string meaning)
        {
            if (Uri.TryCreate(Required(name, meaning), UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            {
                return address;
            }

            if (Optional(name) is not null)
            {
                Faults.Add($"The setting {name} is not a web address: {meaning}.");
            }

            return new Uri("http://missing");
        }

        /// <summary>One of some words.</summary>
        public string Choice(string name, string usual, params string[] words)
        {
            var word = Optional(name) ?? usual;
            if (words.Contains(word))
            {
                return word;
            }

            Faults.Add($"The setting {name} must be one of: {string.Join(", ", words)}.");
            return usual;
        }

        // Hosts start the portal in folders of their own, some of which are emptied when it is installed anew.
        private void RequireWhole(string name)
        {
            if (Optional(name) is { } path && !Path.IsPathFullyQualified(path))
            {
                Faults.Add($"The setting {name} must be a whole path, from the root on, for example /var/lib/ssp/keys; {path} is another place wherever the portal is started.");
            }
        }

        public int Number(string name, int usual, int least, int most)
        {
            if (Optional(name) is not { } text)
            {
                return usual;
            }

            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            {
                return number;
            }

            Faults.Add($"The setting {name} must be a whole number from {least} to {most}.");
            return usual;
        }
    }
}

/// <summary>The portal cannot start with these settings; the message says what to mend.</summary>
public sealed class SettingsException(string message) : Exception(message);
