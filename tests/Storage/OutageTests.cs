using System.Net;
using System.Security.Cryptography;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Exports;
using Ssp.Identity;
using Ssp.Jobs;
using Ssp.Tests.Certificates;
using Ssp.Tests.Hosting;
using Ssp.Tests.Support;

namespace Ssp.Tests.Storage;

/// <summary>Storage that is slow, fails, refuses, or loses its answers on the way, and is well again afterwards.</summary>
[Trait("Run", "full")]
public sealed class OutageTests(Stack stack) : IAsyncLifetime
{
    private static readonly object Body = new { kind = "csv", project = "BCFR", collection = Registrations.Collection, version = "1" };

    private readonly MovableClock clock = new();
    private TroubledStorage storage = null!;
    private TestPortal portal = null!;

    public async ValueTask InitializeAsync()
    {
        storage = await TroubledStorage.StartAsync(stack.Storage);
        portal = await TestPortal.StartAsync(
            stack,
            new()
            {
                ["AzureWebJobsStorage"] = storage.ConnectionString,
                ["AzureWebJobs:SweepWork:Disabled"] = "false",
                ["AzureFunctionsJobHost:extensions:queues:visibilityTimeout"] = "00:00:01",
                ["AzureFunctionsJobHost:extensions:queues:maxDequeueCount"] = "1000",
            },
            builder => builder.Services.AddSingleton<TimeProvider>(clock));
    }

    public async ValueTask DisposeAsync()
    {
        await portal.DisposeAsync();
        await storage.DisposeAsync();
    }

    [Fact]
    public async Task Storage_that_is_slow_is_waited_for_one_that_fails_or_refuses_is_said_in_words_and_work_goes_on_when_it_is_well_again()
    {
        var organization = await portal.NewOrganizationAsync();
        await stack.Owner.AddAsync(organization.Nihdi, [("A", "1")]);
        var bo = await portal.SignInAsync(organization, Role.CsvUploadManager);

        storage.Trouble = Trouble.Slow;
        var slow = await bo.GetAsync($"organizations/{organization.Id}");
        // An export that cannot end meanwhile.
        storage.Trouble = Trouble.LosingAnswers;
        var asked = await bo.PostAsync($"organizations/{organization.Id}/exports", Body);
        await Eventually.Is(() => storage.Lost > 0, "the export meets the trouble");
        storage.Trouble = Trouble.Failing;
        var failing = await bo.GetAsync($"organizations/{organization.Id}");
        var live = await portal.Guest().GetAsync("health/live");
        var ready = await portal.Guest().GetAsync("health/ready");
        await storage.CloseAsync();
        var refusing = await bo.GetAsync($"organizations/{organization.Id}");
        // What was taken before, and whose worker lost its lease, is taken over.
        clock.Forward(TimeSpan.FromSeconds(25));
        storage.Trouble = Trouble.None;
        await storage.OpenAsync();
        var export = await bo.WaitForExportAsync(organization.Id, asked.Json.GetProperty("export").Text("id"));

        Assert.Equal(HttpStatusCode.OK, slow.Status);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "storage_unavailable"), (failing.Status, failing.Code));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), (live.Status, ready.Status));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "storage_unavailable"), (refusing.Status, refusing.Code));
        Assert.Equal("succeeded", export.Text("state"));
    }

    [Fact]
    public async Task A_file_whose_commit_was_done_and_never_answered_is_written_anew_and_the_first_one_is_removed()
    {
        var organization = await portal.NewOrganizationAsync();
        await stack.Owner.AddAsync(organization.Nihdi, [("A", "1")]);
        var bo = await portal.SignInAsync(organization, Role.CsvUploadManager);
        List<string> Files() => [.. portal.Storage.ExportFiles.GetBlobs().Select(blob => blob.Name)];

        storage.Trouble = Trouble.LosingAnswers;
        var id = (await bo.PostAsync($"organizations/{organization.Id}/exports", Body)).Json.GetProperty("export").Text("id");
        // The first try and the client's two retries.
        await Eventually.Is(() => storage.Lost >= 3, "the answers are lost");
        storage.Trouble = Trouble.None;
        var export = await bo.WaitForExportAsync(organization.Id, id);
        var file = await bo.GetAsync($"organizations/{organization.Id}/exports/{id}/file");
        var job = (await portal.Services.GetRequiredService<ExportStore>().FindAsync(organization.Id, JobId.Parse(id), default))!;
        var before = Files();
        clock.Forward(TimeSpan.FromMinutes(61));
        await ActivatorUtilities.CreateInstance<RemoveOrphans>(portal.Services).Run(new TimerInfo(), default);

        Assert.Equal("succeeded", export.Text("state"));
        Assert.True(job.Attempt > 1);
        Assert.Equal(export.Text("sha256"), Convert.ToHexStringLower(SHA256.HashData(file.Bytes)));
        Assert.Equal([job.BlobName!], before);
        Assert.Equal(before, Files());
    }
}
