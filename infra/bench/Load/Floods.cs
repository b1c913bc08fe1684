using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Ssp.Audit;
using Ssp.Dev.Demo;
using Ssp.Storage;
using Ssp.Tests.Certificates;

namespace Ssp.Bench;

/// <summary>What somebody does who wants the portal for themselves, or nobody to have it.</summary>
public sealed class Floods
{
    private const int Events = 5_000;
    private readonly DemoFile demo;
    private readonly ConcurrentBag<string> accepted = [];
    private string largeExport = "";

    private Floods(DemoFile demo) => this.demo = demo;

    public IReadOnlyList<(string Name, Func<CancellationToken, Task> Flood)> All =>
    [
        ("200 bad sign-ins a second from one address", SignInsAsync),
        ("16 checks of an audit trail at a time", ChecksAsync),
        ("500 slow downloads", DownloadsAsync),
        ("80 exports asked for by one member", ExportsAsync),
        ("20 costly certificates", CertificatesAsync),
    ];

    public static async Task<Floods> PrepareAsync(DemoFile demo, CancellationToken cancel)
    {
        var floods = new Floods(demo);
        await floods.FillTrailAsync();
        using var nina = await LoadCaller.SignInAsync(demo, "nina", "203.0.113.20", cancel);
        var (_, asked) = await nina.RequestReportAsync(cancel);
        floods.largeExport = asked.GetProperty("export").GetProperty("id").GetString()!;
        await nina.WaitUntilIdleAsync(cancel);
        return floods;
    }

    /// <summary>What was accepted and is nowhere, or has no end.</summary>
    public async Task<IReadOnlyList<string>> MissingAsync(CancellationToken cancel)
    {
        using var nina = await LoadCaller.SignInAsync(demo, "nina", "203.0.113.20", cancel);
        await nina.WaitUntilIdleAsync(cancel);
        var missing = new List<string>();
        foreach (var id in accepted)
        {
            var (status, export) = await nina.SendAsync(HttpMethod.Get, $"{nina.Organization}/exports/{id}", null, cancel);
            if (status != HttpStatusCode.OK || export.GetProperty("state").GetString() != "succeeded")
            {
                missing.Add($"export {id}: {status}");
            }
        }

        Console.WriteLine($"{accepted.Count} exports of the flood were accepted.");
        return missing;
    }

    private async Task FillTrailAsync()
    {
        var storage = new PortalStorage(new StorageSettings(demo.Azurite, "ssp", ""));
        var trail = new AuditStore(storage, TimeProvider.System, NullLogger<AuditStore>.Instance);
        var organization = demo.People.Single(one => one.Email.StartsWith("daan", StringComparison.Ordinal)).Memberships[0].OrganizationId;
        await Task.WhenAll(Enumerable.Range(0, Events).Select(i => trail.AppendAsync(
            new AuditActor("bench@demo.example", null, null, null, null), new AuditAction("members_exported", $"{i}", organization), AuditResult.Done)));
    }

    private async Task SignInsAsync(CancellationToken over)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"{demo.BaseUrl}/api/"), Timeout = TimeSpan.FromMinutes(1) };
        http.DefaultRequestHeaders.Add(LoadBench.AddressHeader, "203.0.113.9");
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var calls = new List<Task>();
        while (await TickAsync(ticks, over))
        {
            calls.AddRange(Enumerable.Range(0, 10).Select(i => IgnoreAsync(http.PostAsJsonAsync(
                new Uri("session", UriKind.Relative), new { email = $"nobody{i}@demo.example", password = "wrong wrong wrong" }, CancellationToken.None))));
        }

        await Task.WhenAll(calls);
    }

    private async Task ChecksAsync(CancellationToken over)
    {
        using var daan = await LoadCaller.SignInAsync(demo, "daan", "203.0.113.21", CancellationToken.None);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            while (!over.IsCancellationRequested)
            {
                await daan.SendAsync(HttpMethod.Get, $"{daan.Organization}/audit/verify", null, CancellationToken.None);
            }
        }));
    }

    // A reader who takes a byte a second.
    private async Task DownloadsAsync(CancellationToken over)
    {
        using var nina = await LoadCaller.SignInAsync(demo, "nina", "203.0.113.20", CancellationToken.None);
        await Task.WhenAll(Enumerable.Range(0, 500).Select(async _ =>
        {
            while (!over.IsCancellationRequested)
            {
                try
                {
                    using var answer = await nina.OpenAsync($"{nina.Organization}/exports/{largeExport}/file", over);
                    await using var file = await answer.Content.ReadAsStreamAsync(over);
                    while (await file.ReadAsync(new byte[1], over) > 0)
                    {
                        await Task.Delay(TimeSpan.FromSeconds(1), over);
                    }

                    await Task.Delay(TimeSpan.FromSeconds(1), over);
                }
                catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
                {
                    // Refused, cut, or over.
                }
            }
        }));
    }

    private async Task ExportsAsync(CancellationToken over)
    {
        using var nina = await LoadCaller.SignInAsync(demo, "nina", "203.0.113.20", CancellationToken.None);
        while (!over.IsCancellationRequested)
        {
            await Task.WhenAll(Enumerable.Range(0, 80).Select(async _ =>
            {
                var (status, asked) = await nina.RequestReportAsync(CancellationToken.None);
                if (status == HttpStatusCode.Accepted)
                {
                    accepted.Add(asked.GetProperty("export").GetProperty("id").GetString()!);
                }
            }));
            await Task.Delay(TimeSpan.FromSeconds(1), over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task CertificatesAsync(CancellationToken over)
    {
        using var cato = await LoadCaller.SignInAsync(demo, "cato", "203.0.113.22", CancellationToken.None);
        var slow = P12Protection.Pbes2(P12Cipher.Aes256, P12Digest.Sha256, 600_000);
        var file = P12Maker.EHealth(change: store => store with { KeyProtection = slow });
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async number =>
        {
            using var form = new MultipartFormDataContent
            {
                { new ByteArrayContent(file), "file", $"costly-{number}.p12" }, { new StringContent(P12Maker.Password), "password" },
            };
            await cato.SendAsync(HttpMethod.Post, $"{cato.Organization}/certificates", form, CancellationToken.None);
        }));
        await Task.Delay(Timeout.Infinite, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task<bool> TickAsync(PeriodicTimer ticks, CancellationToken over)
    {
        try
        {
            return await ticks.WaitForNextTickAsync(over);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task IgnoreAsync(Task<HttpResponseMessage> call)
    {
        try
        {
            (await call).Dispose();
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            // Refused by the connection limit, or too slow: as a flood has it.
        }
    }
}
