using Microsoft.Extensions.DependencyInjection;
using Ssp.Dev;
using Ssp.Entrance;

namespace Ssp.Tests.Support;

/// <summary>
/// The portal as a process of its own, which can be killed and told to stop. A <see cref="TestPortal"/> on the same storage
/// makes its people and looks into its rows.
/// </summary>
public sealed class PortalProcess : IAsyncDisposable
{
    private readonly ChildProcess process;
    private readonly Uri baseUrl;

    private PortalProcess(ChildProcess process, Uri baseUrl) => (this.process, this.baseUrl) = (process, baseUrl);

    public int Port => baseUrl.Port;

    /// <summary>The process id of the portal itself, or of what it is wrapped in.</summary>
    public int ProgramId => process.ProgramId;

    /// <summary>A portal in this process whose queues and timers are left to the other.</summary>
    /// <param name="localdwh">How to reach the warehouse, when it is not that of all tests.</param>
    public static Task<TestPortal> BesideAsync(Stack stack, string? localdwh = null)
    {
        var settings = new Dictionary<string, string> { ["LocaldwhConnection"] = localdwh ?? stack.Localdwh };
        foreach (var name in (string[])["BuildExport", "CheckCertificate", "CheckCostlyCertificate", "ValidateNight", "WatchCertificates", "ExpireExports"])
        {
            settings[$"AzureWebJobs:{name}:Disabled"] = "true";
        }

        return TestPortal.StartAsync(stack, settings);
    }

    /// <param name="wrapper">A command that runs the one behind it.</param>
    public static async Task<PortalProcess> StartAsync(
        Stack stack, TestPortal beside, Dictionary<string, string>? settings = null, IReadOnlyList<string>? wrapper = null)
    {
        var port = Ports.Free(1)[0];
        var address = $"http://localhost:{port}/ssp";
        var shared = beside.Services.GetRequiredService<PortalSettings>();
        var all = DevStack.SettingsOf(address, stack.Storage, shared.Hd4dp.LocaldwhConnection, stack.Nippin, port, shared.Storage.KeysFolder);
        all["StoragePrefix"] = beside.Prefix;
        // The timers of the portal beside it are not to stand in the way of its own.
        all["AzureFunctionsWebHost__hostid"] = $"{beside.Prefix}process";
        all["AzureWebJobs__PopulateOrganizations__Disabled"] = "true";
        all["AzureWebJobs__WatchNights__Disabled"] = "true";
        foreach (var (name, value) in settings ?? [])
        {
            all[name] = value;
        }

        var process = DevStack.StartPortal(stack.Repository, all, TextWriter.Null, wrapper);
        try
        {
            await DevStack.WaitUntilReadyAsync(address, process, CancellationToken.None);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }

        return new PortalProcess(process, new Uri(address + "/"));
    }

    /// <summary>A person of the portal beside it, signed in here.</summary>
    public async Task<Person> SignInAsync(Person known)
    {
        var person = new Person(baseUrl, known.Email, known.Password);
        await person.SignInAsync();
        return person;
    }

    /// <summary>Ends it as a crash would: kill -9.</summary>
    public Task KillAsync() => process.KillAsync();

    /// <summary>Tells it to stop, with SIGTERM, and waits until it has.</summary>
    public ValueTask DisposeAsync() => process.DisposeAsync();
}
