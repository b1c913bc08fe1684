using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Exports;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Jobs;
using Ssp.Storage;
using Ssp.Tests.Support;

namespace Ssp.Tests.Exports;

/// <summary>PostgreSQL goes away in the middle of an export, in all the ways it can.</summary>
[Trait("Run", "full")]
public sealed class OutageTests(Stack stack) : IAsyncLifetime
{
    private static readonly string Rows = string.Concat(Enumerable.Range(1, 1330).Select(number => $"{number}\r\n"));

    private OwnPostgres postgres = null!;
    private TestPortal portal = null!;
    private Organization organization = null!;
    private Person person = null!;

    public async ValueTask InitializeAsync() => postgres = await OwnPostgres.StartAsync(stack);

    public async ValueTask DisposeAsync()
    {
        await portal.DisposeAsync();
        await postgres.DisposeAsync();
    }

    [Fact]
    public async Task PostgreSQL_is_killed_and_comes_back_and_the_export_ends_by_itself_with_every_row()
    {
        await StartAsync();
        var message = await RequestAsync();
        await UntilAsync(message, job => job is { State: JobState.Running, Total: 1330 });

        await postgres.KillAsync();
        var waiting = await UntilAsync(message, job => job.State == JobState.Queued);
        await postgres.StartAgainAsync();
        var end = await UntilAsync(message, job => job.IsOver);

        Assert.Equal("warehouse_unreachable.retry", waiting.Why!.Key);
        Assert.Equal((JobState.Succeeded, 1330L), (end.State, end.Rows));
        Assert.True(end.Attempt > 1);
        Assert.EndsWith(Rows, await TextAsync(message), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PostgreSQL_that_stays_silent_ends_the_try_and_the_next_one_succeeds()
    {
        await StartAsync(listening: false);
        var message = await RequestAsync();
        var working = DeliverAsync(message);
        await UntilAsync(message, job => job is { State: JobState.Running, Total: 1330 });

        postgres.Stop();
        var ended = await Assert.ThrowsAsync<WarehouseException>(() => working);
        var again = await Assert.ThrowsAsync<WarehouseException>(() => DeliverAsync(message));
        var waiting = await JobAsync(message);
        postgres.Continue();
        await UntilAnswersAsync();
        await DeliverAsync(message);

        Assert.Equal((ProblemCodes.WarehouseUnreachable, true), (ended.Code, ended.MayHeal));
        Assert.Equal((ProblemCodes.WarehouseUnreachable, true), (again.Code, again.MayHeal));
        Assert.Equal((JobState.Queued, "warehouse_unreachable.retry"), (waiting.State, waiting.Why!.Key));
        Assert.Equal((JobState.Succeeded, 1330L), ((await JobAsync(message)).State, (await JobAsync(message)).Rows));
        Assert.EndsWith(Rows, await TextAsync(message), StringComparison.Ordinal);
        // What the first try had left to the silent server was given back when it answered.
        await UntilNothingIsReadAsync();
    }

    [Fact]
    public async Task A_silence_that_pages_notice_does_not_end_an_export_at_once()
    {
        await StartAsync(listening: false);
        var message = await RequestAsync();
        var working = DeliverAsync(message);
        await UntilAsync(message, job => job is { State: JobState.Running, Total: 1330 });

        postgres.Stop();
        var page = await person.GetAsync($"organizations/{organization.Id}/registries");
        postgres.Continue();
        await working;

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "warehouse_unreachable"), (page.Status, page.Code));
        var job = await JobAsync(message);
        Assert.Equal((JobState.Succeeded, 1, 1330L), (job.State, job.Attempt, job.Rows));
        Assert.EndsWith(Rows, await TextAsync(message), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_cancelled_while_PostgreSQL_is_silent_is_cancelled_at_once_and_nothing_is_left_of_it()
    {
        await StartAsync(listening: false);
        var message = await RequestAsync();
        var working = DeliverAsync(message);
        await UntilAsync(message, job => job is { State: JobState.Running, Total: 1330 });

        postgres.Stop();
        var cancelled = await person.DeleteAsync($"organizations/{organization.Id}/exports/{message.ExportId}");
        var state = (await JobAsync(message)).State;
        await working;
        postgres.Continue();

        Assert.Equal((HttpStatusCode.NoContent, JobState.Cancelled), (cancelled.Status, state));
        Assert.Empty(portal.Storage.ExportFiles.GetBlobs());
        await UntilNothingIsReadAsync();
    }

    private async Task StartAsync(bool listening = true)
    {
        portal = await TestPortal.StartAsync(
            stack,
            new()
            {
                ["LocaldwhConnection"] = postgres.Localdwh,
                ["NippinConnection"] = postgres.Nippin,
                ["AzureWebJobs:BuildExport:Disabled"] = listening ? "false" : "true",
                ["AzureWebJobs:SweepWork:Disabled"] = "false",
            });
        organization = await portal.NewOrganizationAsync();
        await postgres.AddSlowRegistrationsAsync(organization.Nihdi);
        person = await portal.SignInAsync(organization, Role.CsvUploadManager);
    }

    private async Task<ExportMessage> RequestAsync()
    {
        var asked = await person.PostAsync(
            $"organizations/{organization.Id}/exports", new { kind = "csv", project = "BCFR", collection = Registrations.Collection, version = "1" });
        Assert.True(asked.Status == HttpStatusCode.Accepted, asked.Text);
        return new ExportMessage(organization.Id, asked.Json.GetProperty("export").GetProperty("id").GetString()!);
    }

    private Task DeliverAsync(ExportMessage message) =>
        ActivatorUtilities.CreateInstance<BuildExport>(portal.Services).Run(System.Text.Json.JsonSerializer.Serialize(message, Ssp.Http.Json.Options), default);

    private async Task<ExportJob> JobAsync(ExportMessage message) =>
        (await portal.Services.GetRequiredService<ExportStore>()
            .FindAsync(OrganizationId.Parse(message.OrganizationId), JobId.Parse(message.ExportId), default))!;

    private async Task<ExportJob> UntilAsync(ExportMessage message, Func<ExportJob, bool> seen)
    {
        for (var attempt = 0; attempt < 1_200; attempt++)
        {
            if (await JobAsync(message) is var job && seen(job))
            {
                return job;
            }

            await Task.Delay(50);
        }

        throw new TimeoutException($"The export stayed as it was: {await JobAsync(message)}");
    }

    private async Task UntilAnswersAsync()
    {
        for (var attempt = 0; (await person.GetAsync($"organizations/{organization.Id}/registries")).Status != HttpStatusCode.OK; attempt++)
        {
            Assert.True(attempt < 100, "The portal did not notice that PostgreSQL answers.");
            await Task.Delay(100);
        }
    }

    private async Task UntilNothingIsReadAsync()
    {
        await using var owner = postgres.Owner();
        await using var reading = owner.CreateCommand("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%COPY%' AND pid <> pg_backend_pid()");
        for (var attempt = 0; (long)(await reading.ExecuteScalarAsync())! > 0; attempt++)
        {
            Assert.True(attempt < 100, "A reading is still open.");
            await Task.Delay(100);
        }
    }

    private async Task<string> TextAsync(ExportMessage message)
    {
        var file = await person.GetAsync($"organizations/{message.OrganizationId}/exports/{message.ExportId}/file");
        Assert.Equal(HttpStatusCode.OK, file.Status);
        return Encoding.UTF8.GetString(file.Bytes);
    }
}
