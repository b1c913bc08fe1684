using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ssp.Accounts;
using Ssp.Entrance;
using Ssp.Hd4dp;
using Ssp.Hosting;
using Ssp.Identity;
using Ssp.Storage;

namespace Ssp.Tests.Support;

/// <summary>The whole portal in this process, on the local Functions host, at a port of its own and with its own tables, queues and containers.</summary>
public sealed class TestPortal : IAsyncDisposable
{
    private static readonly string SharedPassword = Secrets.NewTemporaryPassword();
    private const int CheapIterations = 1_000;
    private static int lastNumber = 100_000;
    private static Task<string>? sharedHash;

    private readonly LocalHost host;

    private TestPortal(LocalHost host, string prefix)
    {
        this.host = host;
        Prefix = prefix;
        BaseUrl = new Uri(host.Urls.First() + "/ssp/");
    }

    public string Prefix { get; }

    public Uri BaseUrl { get; }

    public IServiceProvider Services => host.Services;

    public PortalStorage Storage => Services.GetRequiredService<PortalStorage>();

    /// <summary>What the portal logged.</summary>
    public required ConcurrentQueue<string> Log { get; init; }

    /// <summary>What is done before this portal stops.</summary>
    public Func<Task>? BeforeStop { get; set; }

    /// <param name="settings">Over the usual ones; the storage prefix may be that of another portal, to share its data.</param>
    public static async Task<TestPortal> StartAsync(
        Stack stack, Dictionary<string, string>? settings = null, Action<FunctionsApplicationBuilder>? configure = null)
    {
        var portal = await BeginAsync(stack, settings, configure);
        await portal.Storage.PrepareAsync(CancellationToken.None);
        return portal;
    }

    /// <summary>A portal whose storage is not there.</summary>
    public static Task<TestPortal> StartWithoutStorageAsync(Stack stack, string storage) =>
        BeginAsync(stack, new() { ["AzureWebJobsStorage"] = storage }, null);

    private static async Task<TestPortal> BeginAsync(Stack stack, Dictionary<string, string>? settings, Action<FunctionsApplicationBuilder>? configure)
    {
        var all = new Dictionary<string, string>
        {
            ["AzureWebJobsStorage"] = stack.Storage,
            ["StoragePrefix"] = NewPrefix(),
            ["PublicUrl"] = "http://localhost/ssp",
            ["LocaldwhConnection"] = stack.Localdwh,
            ["NippinConnection"] = stack.Nippin,
            ["KeysFolder"] = stack.NewFolder("keys"),
            ["urls"] = "http://127.0.0.1:0",
            // Organisations are found when a test asks for it: the tests share one warehouse and all their hospitals would come in.
            ["AzureWebJobs:PopulateOrganizations:Disabled"] = "true",
            // Tests turn clocks, and count messages.
            ["AzureWebJobs:SweepWork:Disabled"] = "true",
            // Nor are they all validated: a test asks for its own.
            ["AzureWebJobs:WatchNights:Disabled"] = "true",
        };
        foreach (var (name, value) in settings ?? [])
        {
            all[name] = value;
        }

        all.TryAdd("AzureFunctionsWebHost:hostid", all["StoragePrefix"]);
        var log = new ConcurrentQueue<string>();
        var host = await LocalHost.StartAsync(
            [.. all.Select(one => $"--{one.Key}={one.Value}")],
            args =>
            {
                var builder = Portal.CreateBuilder(args);
                builder.Logging.ClearProviders().AddProvider(new QueueLog(log));
                // What a function throws is told by the host.
                builder.Logging.AddFilter("Microsoft.Azure.Functions.Worker.FunctionsApplication", LogLevel.None);
                // What it tells on its console would stand among the results.
                builder.Services.AddSingleton(TextWriter.Null);
                if (!all.ContainsKey("PasswordIterations"))
                {
                    // Hashing is costly on purpose, and most tests are about something else.
                    builder.Services.AddSingleton(new PasswordHashes(CheapIterations));
                }

                configure?.Invoke(builder);
                return builder;
            },
            configure: web => web.Logging.ClearProviders().AddProvider(new QueueLog(log)));
        return new TestPortal(host, all["StoragePrefix"]) { Log = log };
    }

    public static string NewPrefix() => $"t{Guid.NewGuid():N}"[..12];

    /// <summary>An organisation of this test alone, with a NIHDI number nobody else has.</summary>
    public Task<Organization> NewOrganizationAsync(string title = "Test hospital") =>
        Services.GetRequiredService<OrganizationStore>().AddFoundAsync(NewNihdi(), title, CancellationToken.None);

    public static Nihdi NewNihdi() => Nihdi.OfHospital(Interlocked.Increment(ref lastNumber));

    /// <summary>A person with an account; not signed in yet.</summary>
    /// <param name="temporaryUntil">Set: the password is a temporary one.</param>
    public async Task<Person> NewPersonAsync(string? email = null, DateTimeOffset? temporaryUntil = null)
    {
        email ??= $"p{Guid.NewGuid():N}@hospital.example";
        Assert.True(EmailAddress.TryParse(email, out var address));
        // Everybody in these tests has the same password.
        var hash = await (sharedHash ??= Services.GetRequiredService<PasswordHashes>().HashAsync("", SharedPassword, CancellationToken.None));
        Assert.NotNull(await Services.GetRequiredService<AccountStore>().AddAsync(new NewAccount(address), hash, temporaryUntil, CancellationToken.None));
        return new Person(BaseUrl, email, SharedPassword);
    }

    /// <summary>A person who is only talked about: nobody can sign in with it, so no time goes into a password.</summary>
    public async Task<Person> NewSilentPersonAsync(string? email = null, DateTimeOffset? temporaryUntil = null)
    {
        email ??= $"s{Guid.NewGuid():N}@hospital.example";
        Assert.True(EmailAddress.TryParse(email, out var address));
        Assert.NotNull(await Services.GetRequiredService<AccountStore>().AddAsync(new NewAccount(address), "", temporaryUntil, CancellationToken.None));
        return new Person(BaseUrl, email, "");
    }

    /// <summary>Puts a hash in the place of the person's.</summary>
    public async Task SetPasswordHashAsync(Person person, string hash)
    {
        var accounts = Services.GetRequiredService<AccountStore>();
        Assert.NotNull(await accounts.ChangePasswordAsync((await accounts.FindAsync(person.AccountId, CancellationToken.None))!, hash, CancellationToken.None));
    }

    /// <summary>A signed-in person with these roles in the organisation.</summary>
    public async Task<Person> SignInAsync(Organization organization, params Role[] roles)
    {
        var person = await NewPersonAsync();
        await SetRolesAsync(person, organization, roles);
        return await BeginSessionAsync(person);
    }

    public async Task SetRolesAsync(Person person, Organization organization, params Role[] roles)
    {
        var memberships = Services.GetRequiredService<MembershipStore>();
        var account = await Services.GetRequiredService<AccountStore>().FindAsync(person.AccountId, CancellationToken.None);
        if (await memberships.FindAsync(organization.Id, account!, CancellationToken.None) is { } membership)
        {
            Assert.NotNull(await memberships.ChangeAsync(membership, roles, CancellationToken.None));
            return;
        }

        await memberships.AnnounceAsync(organization.Id, account!.Id, account.Serial, CancellationToken.None);
        Assert.True(await memberships.AddAsync(organization.Id, [(account, roles)], [], CancellationToken.None));
    }

    /// <summary>A User Manager, signed in.</summary>
    public async Task<Person> NewUserManagerAsync()
    {
        var person = await NewPersonAsync();
        var accounts = Services.GetRequiredService<AccountStore>();
        Assert.True(await accounts.SetUserManagerAsync((await accounts.FindAsync(person.AccountId, CancellationToken.None))!, true, CancellationToken.None));
        return await BeginSessionAsync(person);
    }

    /// <summary>A signed-in person who belongs nowhere.</summary>
    public async Task<Person> SignInStrangerAsync()
    {
        return await BeginSessionAsync(await NewPersonAsync());
    }

    /// <summary>A session as a sign-in begins it, without the password: the tests of sign-in are those that wait for its check.</summary>
    public async Task<Person> BeginSessionAsync(Person person)
    {
        var account = await Services.GetRequiredService<AccountStore>().FindAsync(person.AccountId, CancellationToken.None);
        var cookie = await Services.GetRequiredService<SessionStore>().BeginAsync(account!, new DefaultHttpContext().Request, CancellationToken.None);
        person.Cookie = $"{cookie.AccountId}.{cookie.Secret}";
        person.CsrfToken = Secrets.CsrfTokenOf(cookie.Secret);
        return person;
    }

    public Person Guest() => new(BaseUrl, "guest@hospital.example", "");

    public async ValueTask DisposeAsync()
    {
        if (BeforeStop is not null)
        {
            await BeforeStop();
        }

        await host.DisposeAsync();
    }

    private sealed class QueueLog(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel}: {formatter(state, exception)}{(exception is null ? "" : $" {exception}")}");

        public void Dispose()
        {
        }
    }
}
