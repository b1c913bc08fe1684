using System.Net;
using System.Text.Json;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Queues;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Certificates;
using Ssp.Exports;
using Ssp.Identity;
using Ssp.Jobs;
using Ssp.Nippin;
using Ssp.Storage;
using Ssp.Tests.Certificates;
using Ssp.Tests.Support;

namespace Ssp.Tests.Jobs;

/// <summary>What was accepted gets done, whoever dies at whatever moment. Nobody listens to the queues here, so that a message can be lost.</summary>
public sealed class SweepWorkTests(Stack stack, IdlePortal shared) : IClassFixture<IdlePortal>, IAsyncLifetime
{
    private MovableClock clock = shared.Clock;
    private TestPortal portal = shared.Portal;

    public async ValueTask InitializeAsync() => await shared.ClearAsync();

    public ValueTask DisposeAsync() => portal == shared.Portal ? ValueTask.CompletedTask : portal.DisposeAsync();

    [Fact]
    public async Task An_export_whose_message_was_lost_is_sent_again_and_then_left_in_peace()
    {
        var message = await RequestAsync();
        await portal.Storage.ExportQueue.ClearMessagesAsync();

        await SweepAsync();
        var soon = await CountAsync(portal.Storage.ExportQueue);
        clock.Forward(TimeSpan.FromSeconds(21));
        await SweepAsync();
        await SweepAsync();
        var later = await CountAsync(portal.Storage.ExportQueue);
        await ActivatorUtilities.CreateInstance<BuildExport>(portal.Services).Run(JsonSerializer.Serialize(message, Ssp.Http.Json.Options), default);
        clock.Forward(TimeSpan.FromMinutes(2));
        await SweepAsync();

        Assert.Equal((0, 1), (soon, later));
        Assert.Equal(JobState.Succeeded, (await JobAsync(message)).State);
        Assert.Empty(await OpenAsync());
    }

    [Fact]
    public async Task An_export_whose_worker_is_silent_is_sent_again_and_one_whose_worker_lives_is_not()
    {
        var message = await RequestAsync();
        await portal.Storage.ExportQueue.ClearMessagesAsync();
        var exports = portal.Services.GetRequiredService<ExportStore>();
        clock.Forward(TimeSpan.FromSeconds(15));
        await exports.SaveAsync((await JobAsync(message)) with { State = JobState.Running, Attempt = 1, Heartbeat = clock.GetUtcNow() }, default);

        clock.Forward(TimeSpan.FromSeconds(15));
        await SweepAsync();
        var alive = await CountAsync(portal.Storage.ExportQueue);
        clock.Forward(TimeSpan.FromSeconds(6));
        await SweepAsync();
        var silent = await CountAsync(portal.Storage.ExportQueue);

        Assert.Equal((0, 1), (alive, silent));
    }

    [Fact]
    public async Task An_export_whose_worker_died_before_the_clock_was_set_back_is_taken_over_all_the_same()
    {
        await BeAloneAsync();
        var message = await RequestAsync();
        await portal.Storage.ExportQueue.ClearMessagesAsync();
        var exports = portal.Services.GetRequiredService<ExportStore>();
        await exports.SaveAsync((await JobAsync(message)) with { State = JobState.Running, Attempt = 1, Heartbeat = clock.GetUtcNow() }, default);

        clock.Forward(TimeSpan.FromDays(-1));
        await SweepAsync();
        var sent = await CountAsync(portal.Storage.ExportQueue);
        await ActivatorUtilities.CreateInstance<BuildExport>(portal.Services).Run(JsonSerializer.Serialize(message, Ssp.Http.Json.Options), default);

        Assert.Equal(1, sent);
        Assert.Equal((JobState.Succeeded, 2), ((await JobAsync(message)).State, (await JobAsync(message)).Attempt));
    }

    [Fact]
    public async Task A_worker_that_wakes_up_after_another_took_over_changes_nothing()
    {
        var message = await RequestAsync();
        var exports = portal.Services.GetRequiredService<ExportStore>();
        var late = (await exports.SaveAsync((await JobAsync(message)) with { State = JobState.Running, Attempt = 1, Heartbeat = clock.GetUtcNow() }, default))!;
        clock.Forward(TimeSpan.FromSeconds(25));
        await ActivatorUtilities.CreateInstance<BuildExport>(portal.Services).Run(JsonSerializer.Serialize(message, Ssp.Http.Json.Options), default);
        var done = await JobAsync(message);

        // It had its file ready and notes the end.
        var noted = await exports.SaveAsync(exports.Ended(late, JobState.Succeeded) with { BlobName = late.AttemptBlob }, default);

        Assert.Null(noted);
        Assert.Equal((JobState.Succeeded, 2), (done.State, done.Attempt));
        Assert.Equal(done, await JobAsync(message));
        Assert.NotEqual(late.AttemptBlob, done.BlobName);
    }

    [Fact]
    public async Task A_check_whose_message_was_lost_is_asked_for_again()
    {
        var (organization, cato) = await portal.HospitalAsync();
        var id = (await cato.UploadAsync(organization, Uploads.Good(organization))).IdOfCertificate();
        await portal.Storage.CertificateQueue.ClearMessagesAsync();
        clock.Forward(TimeSpan.FromSeconds(21));

        await SweepAsync();

        var message = Assert.Single((await portal.Storage.CertificateQueue.ReceiveMessagesAsync(32)).Value);
        Assert.Equal(Uploads.MessageFor(await portal.StoredAsync(organization, id)), StoredJson.Read<CertificateMessage>(message.MessageText));
    }

    [Fact]
    public async Task A_certificate_whose_checker_died_before_the_delivery_is_delivered()
    {
        var folder = stack.NewFolder("hd4dp");
        await using var delivering = await shared.BesideAsync(clock, new() { ["CertificateDeliveryFolder"] = folder });
        var (organization, cato) = await portal.HospitalAsync();
        var id = (await cato.UploadAsync(organization, Uploads.Good(organization))).IdOfCertificate();
        // This portal has no folder: it leaves what one that died before the delivery leaves.
        await portal.CheckAsync(organization, id);
        await portal.Storage.CertificateQueue.ClearMessagesAsync();
        clock.Forward(TimeSpan.FromSeconds(21));

        await SweepAsync(delivering);
        var message = Assert.Single((await delivering.Storage.CertificateQueue.ReceiveMessagesAsync(32)).Value);
        await ActivatorUtilities.CreateInstance<CheckCertificate>(delivering.Services).Run(message.MessageText, default);
        clock.Forward(TimeSpan.FromMinutes(2));
        await SweepAsync(delivering);

        Assert.Single(Directory.GetFiles(folder));
        Assert.Empty(await OpenAsync());
    }

    [Fact]
    public async Task A_validation_whose_message_was_lost_is_sent_again()
    {
        var organization = await portal.NewOrganizationAsync();
        var nights = portal.Services.GetRequiredService<NightStore>();
        await nights.AskAsync(organization, Implants.Registry, Nights.Today, default);
        await portal.Storage.NippinQueue.ClearMessagesAsync();
        clock.Forward(TimeSpan.FromSeconds(21));

        await SweepAsync();

        var message = Assert.Single((await portal.Storage.NippinQueue.ReceiveMessagesAsync(32)).Value);
        Assert.Equal(
            new NightMessage(organization.Id, Implants.Registry, Nights.Today), StoredJson.Read<NightMessage>(message.MessageText)! with { Asked = null });
    }

    [Fact]
    public async Task Work_that_was_noted_and_never_accepted_is_taken_off_the_list()
    {
        var list = portal.Services.GetRequiredService<WorkList>();
        await list.NoteAsync(ExportStore.Word, OrganizationId.Parse(new string('a', 32)), JobId.Parse(new string('1', 27)), null, default);
        await list.NoteAsync(NightStore.Word, OrganizationId.Parse(new string('a', 32)), JobId.Parse($"{new string('b', 24)}-20260101"), null, default);
        await list.NoteAsync(CertificateStore.Word, OrganizationId.Parse(new string('a', 32)), JobId.Parse(new string('2', 27)), null, default);

        await SweepAsync();
        var soon = await OpenAsync();
        clock.Forward(TimeSpan.FromSeconds(61));
        await SweepAsync();

        Assert.Equal(3, soon.Count);
        Assert.Empty(await OpenAsync());
    }

    [Fact]
    public async Task Work_noted_anew_while_it_is_swept_stays_on_the_list()
    {
        var list = portal.Services.GetRequiredService<WorkList>();
        await list.NoteAsync(ExportStore.Word, OrganizationId.Parse(new string('a', 32)), JobId.Parse(new string('1', 27)), null, default);
        var seen = Assert.Single(await OpenAsync());
        await list.NoteAsync(ExportStore.Word, OrganizationId.Parse(new string('a', 32)), JobId.Parse(new string('1', 27)), null, default);

        await list.NoteSentAsync(seen, default);
        await list.ForgetAsync(seen, default);

        Assert.Equal(0, Assert.Single(await OpenAsync()).Sends);
    }

    [Fact]
    public async Task Files_that_no_row_names_are_removed_when_they_are_old_and_the_others_stay()
    {
        await BeAloneAsync();
        var message = await RequestAsync();
        await ActivatorUtilities.CreateInstance<BuildExport>(portal.Services).Run(JsonSerializer.Serialize(message, Ssp.Http.Json.Options), default);
        var organization = (await portal.Services.GetRequiredService<OrganizationStore>().FindAsync(OrganizationId.Parse(message.OrganizationId), default))!;
        var cato = await portal.SignInAsync(organization, Role.CertificateEditor);
        await portal.CheckAsync(organization, (await cato.UploadAsync(organization, Uploads.Good(organization))).IdOfCertificate());
        var nights = portal.Services.GetRequiredService<NightStore>();
        await nights.AskAsync(organization, Implants.Registry, Nights.Today, default);
        await ActivatorUtilities.CreateInstance<ValidateNight>(portal.Services)
            .Run(JsonSerializer.Serialize(new NightMessage(organization.Id, Implants.Registry, Nights.Today), Ssp.Http.Json.Options), default);
        var containers = new[] { portal.Storage.ExportFiles, portal.Storage.CertificateFiles, portal.Storage.NightFiles };
        List<string> Files() =>
        [
            .. containers
                .SelectMany(container => container.GetBlobs(BlobTraits.None, BlobStates.Uncommitted, null, default).Select(blob => blob.Name))
                .Order(StringComparer.Ordinal),
        ];
        var named = Files();
        var job = await JobAsync(message);
        var night = (await nights.FindAsync(organization.Id, Implants.Registry, Nights.Today, default))!;
        foreach (var (container, name) in new[]
        {
            // Of an attempt that died, of a row that was never written, and of an organisation that is gone.
            (0, (job with { Attempt = 7 }).AttemptBlob), (2, (night with { Attempt = 7 }).AttemptFiles + ".rows"),
            (1, $"{organization.Id}/{new string('1', 27)}.sealed"), (0, $"{new string('e', 32)}/{new string('1', 27)}-1.csv"),
        })
        {
            await containers[container].GetBlobClient(name).UploadAsync(BinaryData.FromString("left behind"));
        }

        // Of a worker that died in the middle of its file.
        using (var block = new MemoryStream([1]))
        {
            await containers[0].GetBlockBlobClient((job with { Attempt = 8 }).AttemptBlob).StageBlockAsync(Convert.ToBase64String([1]), block);
        }

        var all = Files();
        await RemoveOrphansAsync();
        var young = Files();
        clock.Forward(TimeSpan.FromMinutes(61));
        await RemoveOrphansAsync();

        Assert.Equal(1 + 2 + 4, named.Count);
        Assert.Equal(named.Count + 5, all.Count);
        Assert.Equal(all, young);
        Assert.Equal(named, Files());
    }

    private async Task BeAloneAsync() => portal = await shared.AloneAsync(clock = new());

    private async Task<ExportMessage> RequestAsync()
    {
        var organization = await portal.NewOrganizationAsync();
        await stack.Owner.AddAsync(organization.Nihdi, [("A", "1")]);
        var person = await portal.SignInAsync(organization, Role.CsvUploadManager);
        var asked = await person.PostAsync(
            $"organizations/{organization.Id}/exports", new { kind = "csv", project = "BCFR", collection = Registrations.Collection, version = "1" });
        Assert.True(asked.Status == HttpStatusCode.Accepted, asked.Text);
        return new ExportMessage(organization.Id, asked.Json.GetProperty("export").GetProperty("id").GetString()!);
    }

    private async Task<ExportJob> JobAsync(ExportMessage message) =>
        (await portal.Services.GetRequiredService<ExportStore>()
            .FindAsync(OrganizationId.Parse(message.OrganizationId), JobId.Parse(message.ExportId), default))!;

    private Task SweepAsync(TestPortal? by = null) => ActivatorUtilities.CreateInstance<SweepWork>((by ?? portal).Services).Run(new TimerInfo(), default);

    private Task RemoveOrphansAsync() => ActivatorUtilities.CreateInstance<RemoveOrphans>(portal.Services).Run(new TimerInfo(), default);

    private async Task<List<OpenWork>> OpenAsync()
    {
        var all = new List<OpenWork>();
        await foreach (var work in portal.Services.GetRequiredService<WorkList>().ListAsync(default))
        {
            all.Add(work);
        }

        return all;
    }

    private static async Task<int> CountAsync(QueueClient queue) => (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount;
}
