using System.Globalization;
using Microsoft.Extensions.Configuration;

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
        // Triggers resolve these by themselves, and one that is missing would only switch its timer off.
        read.Required("PopulateOrganizationsSchedule", "when to look for new organisations, for example 0 0 5 * * *");
        read.Required("ExpireExportsSchedule", "when to remove expired exports, for example 0 15 * * * *");
        BootstrapEmail = read.Optional("BootstrapEmail");
        BootstrapReissue = read.Optional("BootstrapReissue");
        ServiceDesk = read.Optional("ServiceDesk");
        RegistriesFile = read.Optional("RegistriesFile");
        TemporaryPasswordLifetime = TimeSpan.FromHours(read.Number("TemporaryPasswordHours", 72, 1, 24 * 30));
        SessionIdle = TimeSpan.FromMinutes(read.Number("SessionIdleMinutes", 20, 1, 24 * 60));
        SessionLifetime = TimeSpan.FromMinutes(read.Number("SessionMinutes", 8 * 60, 1, 24 * 60));
        PasswordIterations = read.Number("PasswordIterations", 210_000, 210_000, 10_000_000);
        TrustedProxyHops = read.Number("TrustedProxyHops", 0, 0, 10);
        FailuresPerAddress = read.Number("SignInFailuresPerAddress", 1_000, 10, 1_000_000);
        ExportLifetime = TimeSpan.FromDays(read.Number("ExportDays", 7, 1, 365));
        StatementTimeout = TimeSpan.FromSeconds(read.Number("WarehouseTimeoutSeconds", 1_500, 1, 24 * 3600));
        Localdwh = configuration.GetSection("Localdwh");

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

    /// <summary>How many reverse proxies of the hospital add to X-Forwarded-For; 0 ignores the header, which anyone can forge.</summary>
    public int TrustedProxyHops { get; }

    /// <summary>Failed sign-ins one address may make in a quarter of an hour.</summary>
    public int FailuresPerAddress { get; }

    public TimeSpan ExportLifetime { get; }

    public TimeSpan StatementTimeout { get; }

    /// <summary>Names of tables and columns where an installation differs from the defaults, see <see cref="Hd4dp.WarehouseNames"/>.</summary>
    public IConfigurationSection Localdwh { get; }

    /// <exception cref="SettingsException">A setting is missing or senseless; the message names each.</exception>
    public static PortalSettings From(IConfiguration configuration) => new(configuration);

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
