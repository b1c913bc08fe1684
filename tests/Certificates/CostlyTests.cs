using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Certificates;
using Ssp.Identity;
using Ssp.Jobs;
using Ssp.Storage;
using Ssp.Tests.Support;

namespace Ssp.Tests.Certificates;

/// <summary>Files that take long to open wait in a queue of their own, so that no other file waits for them.</summary>
public sealed class CostlyTests(Stack stack, IdlePortal shared) : IClassFixture<IdlePortal>
{
    // Two keys and the certificates: more than the usual work, much less than the most.
    private static readonly P12Protection Slow = P12Protection.Pbes2(P12Cipher.Aes256, P12Digest.Sha256, 200_000);

    private readonly TestPortal idle = shared.Portal;

    [Fact]
    public async Task A_file_that_takes_long_goes_to_the_other_queue_and_is_checked_there()
    {
        var (organization, cato) = await idle.HospitalAsync();
        await shared.ClearAsync();
        var id = (await cato.UploadAsync(organization, Costly(organization))).IdOfCertificate();

        await idle.CheckAsync(organization, id);
        var postponed = await cato.ShowCertificateAsync(organization, id);
        var message = Assert.Single((await idle.Storage.CostlyCertificateQueue.ReceiveMessagesAsync(32)).Value);
        await CheckCostlyAsync(message.MessageText);
        var end = await cato.ShowCertificateAsync(organization, id);

        Assert.Equal(("checking", false), (postponed.Text("status"), postponed.GetProperty("isOver").GetBoolean()));
        Assert.Contains("takes longer to open", postponed.GetProperty("latest").Text("message"), StringComparison.Ordinal);
        Assert.Equal("active", end.Text("status"));
        Assert.Equal(["waiting", "checking", "checking", "active"], (await cato.LogAsync(organization, id)).Select(line => line.Text("status")));
    }

    [Fact]
    public async Task A_message_of_the_first_queue_that_comes_late_checks_no_costly_file()
    {
        var (organization, cato) = await idle.HospitalAsync();
        var id = (await cato.UploadAsync(organization, Costly(organization))).IdOfCertificate();
        await idle.CheckAsync(organization, id);
        var before = await idle.StoredAsync(organization, id);

        await idle.CheckAsync(organization, id);

        Assert.True(before.IsCostly);
        Assert.Equal(before.ETag, (await idle.StoredAsync(organization, id)).ETag);
    }

    [Fact]
    public async Task A_costly_file_whose_message_was_lost_is_asked_for_again_in_its_own_queue()
    {
        await using var alone = await shared.AloneAsync(new MovableClock());
        var (organization, cato) = await alone.HospitalAsync();
        var id = (await cato.UploadAsync(organization, Costly(organization))).IdOfCertificate();
        await alone.CheckAsync(organization, id);
        await alone.Storage.CertificateQueue.ClearMessagesAsync();
        await alone.Storage.CostlyCertificateQueue.ClearMessagesAsync();

        await alone.Services.GetRequiredService<CheckCertificate>().SendAsync(organization.Id, JobId.Parse(id), default);

        Assert.Empty((await alone.Storage.CertificateQueue.ReceiveMessagesAsync(32)).Value);
        Assert.Single((await alone.Storage.CostlyCertificateQueue.ReceiveMessagesAsync(32)).Value);
    }

    [Fact]
    public async Task By_night_a_costly_file_is_checked_in_its_own_queue_and_its_log_stays_as_it_is()
    {
        var (organization, cato) = await idle.HospitalAsync();
        var id = (await cato.UploadAsync(organization, Costly(organization))).IdOfCertificate();
        await shared.ClearAsync();
        await idle.CheckAsync(organization, id);
        await CheckCostlyAsync(Assert.Single((await idle.Storage.CostlyCertificateQueue.ReceiveMessagesAsync(32)).Value).MessageText);
        var certificates = idle.Services.GetRequiredService<CertificateStore>();
        var active = await idle.StoredAsync(organization, id);
        // As an earlier version of the portal left it.
        var unknown = (await certificates.SaveAsync(active with { IsCostly = false }, default))!;
        var log = await cato.LogAsync(organization, id);
        await shared.ClearAsync();

        await idle.CheckAsync(organization, id, nightly: true);
        var found = await idle.StoredAsync(organization, id);
        var first = Assert.Single((await idle.Storage.CostlyCertificateQueue.ReceiveMessagesAsync(32)).Value);
        await CheckCostlyAsync(first.MessageText);
        await certificates.SendNightlyAsync(found, default);
        var next = Assert.Single((await idle.Storage.CostlyCertificateQueue.ReceiveMessagesAsync(32)).Value);

        Assert.Equal((CertificateStatus.Active, true), (found.Status, found.IsCostly));
        Assert.True(StoredJson.Read<CertificateMessage>(first.MessageText) is { Nightly: true, Costly: true });
        Assert.Equal(first.MessageText, next.MessageText);
        Assert.True((await idle.StoredAsync(organization, id)).CheckedAt > unknown.CheckedAt);
        Assert.Equal(log.Count, (await cato.LogAsync(organization, id)).Count);
    }

    [Fact]
    public async Task A_check_by_night_is_handed_over_also_when_the_worker_died_before_it_did()
    {
        var (organization, cato) = await idle.HospitalAsync();
        var id = (await cato.UploadAsync(organization, Costly(organization))).IdOfCertificate();
        await shared.ClearAsync();
        await idle.CheckAsync(organization, id);
        await CheckCostlyAsync(Assert.Single((await idle.Storage.CostlyCertificateQueue.ReceiveMessagesAsync(32)).Value).MessageText);
        await shared.ClearAsync();

        // The row says already that the file is costly, and the message is the one of before.
        await idle.CheckAsync(organization, id, nightly: true);

        var handed = Assert.Single((await idle.Storage.CostlyCertificateQueue.ReceiveMessagesAsync(32)).Value);
        Assert.True(StoredJson.Read<CertificateMessage>(handed.MessageText) is { Nightly: true, Costly: true });
    }

    [Fact]
    public async Task Rolling_back_to_a_costly_file_waits_for_its_turn()
    {
        var (organization, cato) = await idle.HospitalAsync();
        await shared.ClearAsync();
        var costly = (await cato.UploadAsync(organization, Costly(organization))).IdOfCertificate();
        await idle.CheckAsync(organization, costly);
        await CheckCostlyAsync(Assert.Single((await idle.Storage.CostlyCertificateQueue.ReceiveMessagesAsync(32)).Value).MessageText);
        await idle.CheckAsync(organization, (await cato.UploadAsync(organization, Uploads.Good(organization))).IdOfCertificate());
        var isOpened = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var another = CheckCostlyCertificate.OneAtATime.RunAsync("another", () => isOpened.Task, patience: null, default);

        var activating = cato.ActivateAsync(organization, costly, "the new one does not work");
        var first = await Task.WhenAny(activating, Task.Delay(500));
        isOpened.SetResult(true);
        var answer = await activating;

        Assert.NotSame(activating, first);
        Assert.True(await another);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("active", (await cato.ShowCertificateAsync(organization, costly)).Text("status"));
    }

    [Fact]
    public async Task A_costly_check_whose_last_try_failed_is_given_up()
    {
        var (organization, cato) = await idle.HospitalAsync();
        var id = (await cato.UploadAsync(organization, Costly(organization))).IdOfCertificate();
        await idle.CheckAsync(organization, id);

        var message = Uploads.MessageFor(await idle.StoredAsync(organization, id)) with { Costly = true };
        await ActivatorUtilities.CreateInstance<CheckCostlyCertificate>(idle.Services).GiveUp(StoredJson.Write(message), default);

        Assert.Equal("failed", (await cato.ShowCertificateAsync(organization, id)).Text("status"));
    }

    [Fact]
    public async Task A_message_of_the_first_queue_whose_last_try_failed_does_not_give_up_what_waits_in_the_other()
    {
        var (organization, cato) = await idle.HospitalAsync();
        var id = (await cato.UploadAsync(organization, Costly(organization))).IdOfCertificate();
        var message = Uploads.MessageFor(await idle.StoredAsync(organization, id)) with { Costly = false };
        await idle.CheckAsync(organization, id);

        await ActivatorUtilities.CreateInstance<CheckCertificate>(idle.Services).GiveUp(StoredJson.Write(message), default);

        Assert.Equal("checking", (await cato.ShowCertificateAsync(organization, id)).Text("status"));
    }

    [Fact]
    public async Task Ordinary_files_do_not_wait_for_costly_ones()
    {
        // Nobody takes the costly ones: they stand for any number that are being opened.
        await using var own = await TestPortal.StartAsync(stack, new() { ["AzureWebJobs:CheckCostlyCertificate:Disabled"] = "true" });
        var (slow, carl) = await own.HospitalAsync();
        var ids = new List<string>();
        for (var number = 1; number <= 5; number++)
        {
            ids.Add((await carl.UploadAsync(slow, Costly(slow))).IdOfCertificate());
        }

        var (quick, cato) = await own.HospitalAsync();
        var certificate = await cato.AddCertificateAsync(quick, Uploads.Good(quick));

        Assert.Equal("active", certificate.Text("status"));
        foreach (var id in ids)
        {
            Assert.Equal("checking", (await carl.ShowCertificateAsync(slow, id)).Text("status"));
        }
    }

    [Fact]
    public async Task Costly_files_are_opened_one_at_a_time()
    {
        // The hospital's scanner is asked before a file is opened, and tells of two that are under way at once.
        var folder = stack.NewFolder("scanner");
        var scanner = Path.Combine(folder, "scan.sh");
        await File.WriteAllTextAsync(
            scanner, $"cat > /dev/null; mkdir {folder}/lock || touch {folder}/two; sleep 0.3; rmdir {folder}/lock; echo >> {folder}/all");
        await using var own = await shared.BesideAsync(shared.Clock, new() { ["CertificateScanCommand"] = $"sh {scanner}" });
        var (organization, cato) = await own.HospitalAsync();
        var messages = new List<string>();
        for (var number = 1; number <= 3; number++)
        {
            var id = (await cato.UploadAsync(organization, Costly(organization))).IdOfCertificate();
            await own.CheckAsync(organization, id);
            messages.Add(StoredJson.Write(Uploads.MessageFor(await own.StoredAsync(organization, id)) with { Costly = true }));
        }

        await Task.WhenAll(messages.Select(message => CheckCostlyAsync(message, own)));

        // Three that found them costly, one after the other, and three that opened them.
        Assert.Equal(6, (await File.ReadAllLinesAsync($"{folder}/all")).Length);
        Assert.False(File.Exists($"{folder}/two"));
    }

    private static byte[] Costly(Organization organization) => P12Maker.EHealth(
        organization.Nihdi,
        Uploads.Password,
        store => store with
        {
            NotBefore = DateTimeOffset.UtcNow.AddDays(-30),
            NotAfter = DateTimeOffset.UtcNow.AddDays(700),
            KeyProtection = Slow,
            CertificateProtection = Slow,
        });

    private Task CheckCostlyAsync(string message, TestPortal? portal = null) =>
        ActivatorUtilities.CreateInstance<CheckCostlyCertificate>((portal ?? idle).Services).Run(message, default);
}
