using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Accounts;
using Ssp.Audit.Forwarding;
using Ssp.Certificates;
using Ssp.Exports;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Nippin;
using Ssp.Settings;
using Ssp.Storage;

namespace Ssp.Entrance;

/// <summary>
/// Every setting of the portal, read and checked once at start; each room reads its own. infra/docs/settings.md lists them with their meaning.
/// </summary>
/// <param name="ServiceDesk">An e-mail address or web address, shown to people who cannot sign in.</param>
public sealed record PortalSettings(
    StorageSettings Storage, HttpSettings Http, Hd4dpSettings Hd4dp, SessionSettings Sessions, AccountSettings Accounts, ForwardSettings Forwarding,
    CertificateSettings Certificates, ExportSettings Exports, NippinSettings Nippin, string? ServiceDesk)
{
    /// <exception cref="SettingsException">A setting is missing or senseless; the message names each.</exception>
    public static PortalSettings From(IConfiguration configuration)
    {
        var read = new SettingsReader(configuration);
        var settings = new PortalSettings(
            StorageSettings.Read(read), HttpSettings.Read(read), Hd4dpSettings.Read(read), SessionSettings.Read(read), AccountSettings.Read(read),
            ForwardSettings.Read(read), CertificateSettings.Read(read), ExportSettings.Read(read), NippinSettings.Read(read), read.Optional("ServiceDesk"));
        read.RequireNoFaults();
        return settings;
    }

    /// <summary>Hands each room its own settings.</summary>
    public void AddTo(IServiceCollection services)
    {
        services.AddSingleton(this);
        services.AddSingleton(Storage);
        services.AddSingleton(Http);
        services.AddSingleton(Hd4dp);
        services.AddSingleton(Sessions);
        services.AddSingleton(Accounts);
        services.AddSingleton(Forwarding);
        services.AddSingleton(Certificates);
        services.AddSingleton(Exports);
        services.AddSingleton(Nippin);
    }
}
