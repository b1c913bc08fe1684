using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ssp.Dev;
using Ssp.Dev.Demo;
using Ssp.Entrance;
using Ssp.Hd4dp;
using Ssp.Identity;
using Ssp.Storage;

namespace Ssp.Bench;

/// <summary>
/// Pages of long lists over HTTP: organisations, and people × organisations × roles; searched, sorted, 50 to a page, near the beginning and far back.
/// Beside it, what a page costs that reads the table for every request and searches, sorts and cuts by itself.
/// </summary>
public sealed class ListBench : IAsyncDisposable
{
    private const int Organizations = 5_000;
    private const int Accounts = 4_000;
    private const int Memberships = 20_000;
    private const int PageSize = 50;

    private readonly Azurite azurite;
    private readonly Postgres postgres;
    private readonly ChildProcess portal;
    private readonly HttpClient http;
    private readonly PortalStorage storage;

    private ListBench(Azurite azurite, Postgres postgres, ChildProcess portal, HttpClient http, PortalStorage storage)
    {
        (this.azurite, this.postgres, this.portal, this.http, this.storage) = (azurite, postgres, portal, http, storage);
    }

    public static async Task<ListBench> PrepareAsync(Repository repository, string folder)
    {
        Directory.CreateDirectory(folder);
        var ports = Ports.Free(5);
        var azurite = await Azurite.StartAsync(repository, Path.Combine(folder, "azurite"), ports[..3]);
        var postgres = await Postgres.StartAsync(repository, Path.Combine(folder, "postgres"), ports[3], "bench", []);
        var registrations = new DemoRegistrations(1).Wide(DemoHospital.All[0], 1, 1).Concat(new DemoRegistrations(2).Wide(DemoHospital.All[1], 1, 1));
        await DemoWarehouse.CreateLocaldwhAsync(postgres, "bench", registrations, CancellationToken.None);
        await DemoWarehouse.CreateNippinAsync(postgres, [], CancellationToken.None);
        var baseUrl = $"http://localhost:{ports[4]}/ssp";
        string Reader(string database) => postgres.ConnectionString(database, Postgres.ReaderName, "bench");
        var settings = DevStack.SettingsOf(
            baseUrl, azurite.ConnectionString, Reader(DemoWarehouse.Localdwh), Reader(DemoWarehouse.Nippin), ports[4], Path.Combine(folder, "keys"));
        var people = await DevStack.SeedAsync(settings, folder, CancellationToken.None);
        var storage = await FillAsync(settings);

        var portal = DevStack.StartPortal(repository, settings, TextWriter.Null);
        await DevStack.WaitUntilReadyAsync(baseUrl, portal, CancellationToken.None);
        var manager = people.Single(one => one.IsUserManager);
        var http = new HttpClient(new HttpClientHandler { CookieContainer = new CookieContainer() }) { BaseAddress = new Uri(baseUrl + "/api/") };
        (await http.PostAsJsonAsync("session", new { email = manager.Email, password = manager.Password })).EnsureSuccessStatusCode();
        return new ListBench(azurite, postgres, portal, http, storage);
    }

    public async Task MeasureAsync(int requests)
    {
        Console.WriteLine(
            $"{Organizations:N0} organisations, {Memberships:N0} memberships, {PageSize} to a page, {requests} requests each; "
            + "milliseconds, median and p95");
        // Notes of the last changes settle before lists are kept.
        await Task.Delay(TimeSpan.FromSeconds(12));
        await PortalAsync("organisations, first page", requests, "organizations?sort=-title", 0);
        await PortalAsync("organisations, page 50", requests, "organizations?sort=-title", 49);
        await PortalAsync("organisations, page 100", requests, "organizations?sort=-title", 99);
        await PortalAsync("organisations, searched, page 10", requests, "organizations?sort=nihdi&search=campus 1", 9);
        await PortalAsync("people, first page", requests, "memberships?sort=-email", 0);
        await PortalAsync("people, page 400", requests, "memberships?sort=-email", 399);
        await PortalAsync("people, searched, page 10", requests, "memberships?search=person01", 9);
        await ScanAsync("plain scan of organisations", requests / 10, storage.Organizations, "RowKey eq 'organization'", "Title", "campus 1");
        await ScanAsync("plain scan of memberships", requests / 10, storage.Memberships, "Email gt ''", "Email", "person01");
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await portal.DisposeAsync();
        await postgres.DisposeAsync();
        await azurite.DisposeAsync();
    }

    // Through the portal's own stores, so that the rows are as the portal writes them.
    private static async Task<PortalStorage> FillAsync(Dictionary<string, string> settings)
    {
        Console.WriteLine("Filling …");
        var words = settings
            .Where(one => one.Key != "urls")
            .Select(one => $"--{one.Key.Replace("__", ":", StringComparison.Ordinal)}={one.Value}");
        var builder = Portal.CreateBuilder([.. words]);
        builder.Logging.ClearProviders();
        var services = builder.Build().Services;
        var accounts = services.GetRequiredService<AccountStore>();
        var organizations = services.GetRequiredService<OrganizationStore>();
        var memberships = services.GetRequiredService<MembershipStore>();
        var people = new Account[Accounts];
        await Parallel.ForAsync(0, Accounts, async (i, cancel) =>
        {
            var email = EmailAddress.Require($"person{i:D5}@hospital{i % 97}.example");
            people[i] = (await accounts.AddAsync(new NewAccount(email), "", null, cancel))!;
        });
        await Parallel.ForAsync(0, Organizations, async (i, cancel) =>
        {
            var id = OrganizationId.New();
            var title = $"Hospital {(i * 7919) % Organizations:D5} campus {i % 13}";
            await organizations.AddNewAsync(id, new OrganizationForm(title, Nihdi.OfHospital(200_000 + i), ""), "bench", cancel);
            var own = Enumerable.Range(0, Memberships / Organizations).Select(n => people[(i + (n * 997)) % Accounts]).ToList();
            foreach (var account in own)
            {
                await memberships.AnnounceAsync(id, account.Id, account.Serial, cancel);
            }

            await memberships.AddAsync(id, [.. own.Select((account, n) => (account, (IReadOnlyList<Role>)[(Role)(n % 4)]))], [], cancel);
        });
        return services.GetRequiredService<PortalStorage>();
    }

    private async Task PortalAsync(string what, int requests, string path, int page)
    {
        // The cursor of a page is found by walking there once; what is measured is the page.
        var cursor = "";
        for (var i = 0; i < page; i++)
        {
            var next = await http.GetFromJsonAsync<JsonElement>($"{path}&limit={PageSize}{cursor}");
            cursor = $"&cursor={next.GetProperty("nextCursor").GetString()}";
        }

        var times = new List<double>();
        for (var i = 0; i < requests; i++)
        {
            var clock = Stopwatch.StartNew();
            var answer = await http.GetAsync(new Uri($"{path}&limit={PageSize}{cursor}", UriKind.Relative));
            var bytes = await answer.Content.ReadAsByteArrayAsync();
            times.Add(clock.Elapsed.TotalMilliseconds);
            if (!answer.IsSuccessStatusCode || JsonDocument.Parse(bytes).RootElement.GetProperty("items").GetArrayLength() != PageSize)
            {
                throw new DevException($"{path} did not answer with a full page: {answer.StatusCode}");
            }
        }

        Print(what, times);
    }

    private static async Task ScanAsync(string what, int requests, TableClient table, string filter, string column, string search)
    {
        var times = new List<double>();
        for (var i = 0; i < requests; i++)
        {
            var clock = Stopwatch.StartNew();
            var found = new List<TableEntity>();
            await foreach (var row in table.QueryAsync<TableEntity>(filter))
            {
                if (row.GetString(column).Contains(search, StringComparison.OrdinalIgnoreCase))
                {
                    found.Add(row);
                }
            }

            var page = found.OrderBy(row => row.GetString(column), StringComparer.OrdinalIgnoreCase).Skip(9 * PageSize).Take(PageSize).ToList();
            times.Add(clock.Elapsed.TotalMilliseconds);
            if (page.Count != PageSize)
            {
                throw new DevException("The scan did not find a full page.");
            }
        }

        Print(what, times);
    }

    private static void Print(string what, List<double> times)
    {
        times.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {what,-36} {times[times.Count / 2],8:F1} {times[Math.Min(times.Count - 1, times.Count * 95 / 100)],8:F1}"));
    }
}
