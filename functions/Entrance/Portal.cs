using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Azure.Functions.Worker.Invocation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ssp.Accounts;
using Ssp.Accounts.UserManagers;
using Ssp.Audit;
using Ssp.Audit.Forwarding;
using Ssp.Backup;
using Ssp.Certificates;
using Ssp.Exports;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Jobs;
using Ssp.Members;
using Ssp.Nippin;
using Ssp.Settings;
using Ssp.Storage;

namespace Ssp.Entrance;

/// <summary>How the parts of the portal come together.</summary>
public static class Portal
{
    // Each form has a smaller limit of its own, and says so; this ends what goes on beyond any. Proxies before the portal allow a little more,
    // so that the caller gets this refusal, which is in words, and not the proxy's.
    private const long MaxRequestBytes = 10 * 1024 * 1024;

    /// <exception cref="SettingsException">A setting is missing or senseless.</exception>
    public static FunctionsApplicationBuilder CreateBuilder(string[] args)
    {
        // Settings are read once, so nobody waits for their files to change; to wait would be to watch every folder below the one the portal was
        // started in. The builder looks for this in the environment only.
        Environment.SetEnvironmentVariable("DOTNET_hostBuilder__reloadConfigOnChange", "false");
        var builder = FunctionsApplication.CreateBuilder(args);
        builder.ConfigureFunctionsWebApplication();
        // The web framework would make a file of keys below the home folder at the first start. Nothing here uses them; Seals has its own.
        builder.Services.Remove(builder.Services.Single(service => service.ImplementationType?.Name == "DataProtectionHostedService"));
        // What the Functions SDK generates. The worker looks for it only in the program the process was started with, which may be another than this app.
        builder.Services.AddSingleton<IFunctionMetadataProvider, DefaultSchedules>();
        builder.Services.AddSingleton<IFunctionExecutor, DirectFunctionExecutor>();
        builder.UseMiddleware<AnswerProblems>();
        builder.UseMiddleware<GuardSessions>();

        var settings = PortalSettings.From(builder.Configuration);
        settings.AddTo(builder.Services);
        builder.Services.AddSingleton(RegistryCatalog.Load(settings.Hd4dp));
        builder.Services.AddSingleton(TimeProvider.System);
        // Opened before anything else runs: a folder of keys that is wrong stops the start.
        var seals = new Seals(settings.Storage.KeysFolder);
        builder.Services.AddSingleton(_ => seals);
        // The worker would believe any X-Forwarded-* header; we believe only the one that ClientAddressHeader names.
        builder.Services.PostConfigure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = ForwardedHeaders.None);

        builder.Services.Configure<KestrelServerOptions>(server =>
        {
            server.AddServerHeader = false;
            // Cookies of other programs on the same host name come along, in whatever encoding: none may shut the portal for a browser.
            server.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
            server.Limits.MaxRequestBodySize = MaxRequestBytes;
        });

        // Each has a line for every request.
        foreach (var noise in (string[])["Microsoft.AspNetCore", "Azure", "System.Net.Http"])
        {
            builder.Logging.AddFilter(noise, LogLevel.Warning);
        }

        builder.Services.AddSingleton(Console.Error);
        builder.Services.AddSingleton<PortalStorage>();
        builder.Services.AddSingleton<PageFiles>();
        builder.Services.AddSingleton<WarehouseNames>();
        builder.Services.AddSingleton<Warehouse>();
        builder.Services.AddSingleton<NippinNames>();
        builder.Services.AddSingleton<NippinDatabase>();

        builder.Services.AddSingleton<WorkList>();
        builder.Services.AddSingleton<JobKind, BuildExport>();
        builder.Services.AddSingleton<JobKind>(services => services.GetRequiredService<CheckCertificate>());
        builder.Services.AddSingleton<JobKind, ValidateNight>();
        builder.Services.AddSingleton<AccountStore>();
        builder.Services.AddSingleton<SessionStore>();
        builder.Services.AddSingleton<SignInThrottle>();
        builder.Services.AddSingleton<LookUpBudgets>();
        builder.Services.AddSingleton(services => new PasswordHashes(services.GetRequiredService<AccountSettings>().PasswordIterations));
        builder.Services.AddSingleton<TemporaryPasswords>();
        builder.Services.AddSingleton<BootstrapUserManager>();
        builder.Services.AddSingleton<OrganizationStore>();
        builder.Services.AddSingleton<MembershipStore>();
        builder.Services.AddSingleton<Access>();
        builder.Services.AddSingleton<ManagedAccounts>();
        builder.Services.AddSingleton<Invitations>();
        builder.Services.AddSingleton<MemberLookup>();
        builder.Services.AddSingleton<ExportStore>();
        builder.Services.AddSingleton<ExportAccess>();
        builder.Services.AddSingleton<ExportTrace>();

        builder.Services.AddSingleton<NightStore>();
        builder.Services.AddSingleton<NightReader>();

        builder.Services.AddSingleton<CertificateFiles>();
        builder.Services.AddSingleton<VirusScan>();
        builder.Services.AddSingleton<CertificateStore>();
        builder.Services.AddSingleton<CertificateAccess>();
        builder.Services.AddSingleton<CertificateTrace>();
        builder.Services.AddSingleton<CertificateViews>();
        builder.Services.AddSingleton<CertificateLifecycle>();
        builder.Services.AddSingleton<CheckCertificate>();
        builder.Services.AddSingleton<Delivery>();
        builder.Services.AddSingleton<RenewKeysCommand>();

        builder.Services.AddSingleton<AuditStore>();
        builder.Services.AddSingleton<AuditTrail>();
        builder.Services.AddSingleton<CostlyCalls>();
        builder.Services.AddSingleton<AuditReader>();
        builder.Services.AddSingleton<RepeatedEvents>();
        builder.Services.AddSingleton<AuditCheck>();
        builder.Services.AddSingleton<VerifyCommand>();
        builder.Services.AddSingleton<ForwardPositions>();
        builder.Services.AddSingleton<TrailForwarder>();

        builder.Services.AddSingleton<StoredParts>();
        builder.Services.AddSingleton<UnfinishedRestore>();
        builder.Services.AddHostedService<StandAside>();
        builder.Services.AddSingleton<BackupCommand>();
        builder.Services.AddSingleton<RestoreCommand>();
        builder.Services.AddSingleton<BackupKeysCommand>();
        builder.Services.AddSingleton<RestoreKeysCommand>();

        builder.Services.AddSingleton<StartPortal>();
        builder.Services.AddHostedService(services => services.GetRequiredService<StartPortal>());
        return builder;
    }
}
