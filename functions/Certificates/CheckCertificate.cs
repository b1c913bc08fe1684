using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Ssp.Certificates.EHealth;
using Ssp.Certificates.P12;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Jobs;
using Ssp.Storage;

namespace Ssp.Certificates;

/// <summary>
/// Checks an uploaded P12 file, and gives HD4DP what is active afterwards. What the file is found to be is final; storage that does not answer is thrown, and
/// the queue tries again.
/// </summary>
public sealed class CheckCertificate(
    CertificateStore certificates, CertificateFiles files, VirusScan scan, CertificateLifecycle lifecycle, Delivery delivery, CertificateTrace trace,
    OrganizationStore organizations, Access access, CertificateSettings settings, TimeProvider clock, ILogger<CheckCertificate> log) : JobFunctions<Certificate>
{
    protected override JobStore<Certificate> Jobs => certificates;

    protected override TimeProvider Clock => clock;

    protected override ILogger Log => log;

    protected override string TextCode => "certificate";

    [Function(nameof(CheckCertificate))]
    public Task Run([QueueTrigger(QueueNames.OfTrigger + QueueNames.Certificates)] string message, CancellationToken cancel) => RunAsync(message, cancel);

    [Function("GiveUpOnCheck")]
    public Task GiveUp([QueueTrigger(QueueNames.OfTrigger + QueueNames.Certificates + QueueNames.Poison)] string message, CancellationToken cancel) =>
        GiveUpAsync(message, cancel);

    /// <summary>What <see cref="CheckCostlyCertificate"/> does with a message.</summary>
    internal Task RunCostlyAsync(string message, CancellationToken cancel) => RunAsync(message, cancel);

    // A message that was sent before its file was found to be costly has nothing to do: another one stands in the other queue.
    protected override bool IsDue(Certificate job, JobMessage message) =>
        message is CheckMessage check && check.Costly == job.IsCostly && (check.Nightly ? job.IsInUse : job.IsPending);

    protected override Task<Certificate?> TakeAsync(Certificate taken, JobMessage message, CancellationToken cancel) =>
        taken.Status == CertificateStatus.Waiting ? BeginAsync(taken, cancel) : certificates.SaveAsync(taken, cancel);

    protected override Task<Certificate?> PutBackAsync(Certificate free, JobMessage message, CancellationToken cancel) => certificates.SaveAsync(free, cancel);

    protected override async Task<JobEnd<Certificate>> DoAsync(Certificate job, JobMessage message, JobProgress progress, CancellationToken cancel)
    {
        var nightly = IsNightly(message);
        var organization = await organizations.FindAsync(job.OrganizationId, cancel);
        if (organization is null || (!nightly && !await access.MayStillAsync(job.AskerId, nameof(AddCertificate), job.OrganizationId, cancel)))
        {
            return Fails(nightly, CertificateStatus.Refused, Sentences.Certificate.RightLost(job.AskedBy));
        }

        SealedFile file;
        try
        {
            if (await files.OpenAsync(job, cancel) is not { } opened)
            {
                return Fails(nightly, CertificateStatus.Failed, Sentences.Certificate.FileGone);
            }

            file = opened;
        }
        catch (SealException fault)
        {
            log.LogError(
                "The file of certificate {Certificate} of organisation {Organization} does not open: {Fault}", job.Id, job.OrganizationId, fault.Fault);
            var why = fault.Fault == SealFault.KeyMissing ? Sentences.Certificate.KeyMissing : Sentences.Certificate.Altered;
            return Fails(nightly, CertificateStatus.Failed, why);
        }

        using (file)
        {
            if (!nightly && !await scan.PassesAsync(file.P12, cancel))
            {
                return Fails(nightly, CertificateStatus.Refused, Sentences.Certificate.ScanRefused);
            }

            var allowance = job.IsCostly ? P12Limits.MaxWork : P12Limits.UsualWork;
            var circumstances = new Circumstances(clock.GetUtcNow(), organization.Nihdi, job.FileName);
            var verdict = EHealthCheck.Of(file.P12, file.Password, settings.Rules, circumstances, allowance);
            if (verdict.IsPostponed)
            {
                return PostponeAsync;
            }

            if (verdict.Unforeseen is { } unforeseen)
            {
                log.LogError("The reader of P12 files did not foresee certificate {Certificate}: {Fault}", job.Id, unforeseen);
            }

            // What an upload met when it came does not change by itself.
            var history = nightly ? job.Findings.Where(UploadHistory.IsOfHistory) : await JudgeHistoryAsync(job, verdict, cancel);
            if (PublicParts.Of(verdict) is { } parts)
            {
                await files.KeepPublicPartsAsync(job, parts, cancel);
                await certificates.NotePrintAsync(job, parts.Sha256, cancel);
            }

            var (facts, findings) = (CertificateFacts.Of(verdict), (IReadOnlyList<Finding>)[.. verdict.Findings, .. history]);
            return async (latest, stop) =>
            {
                var end = await lifecycle.EndAsync(latest, facts, findings, quiet: nightly, stop);
                return end is not null && (!nightly || end.Status != latest.Status) ? await NotedAsync(end) : end;
            };
        }
    }

    protected override JobEnd<Certificate> Fails(Sentence why) => Fails(nightly: false, CertificateStatus.Failed, why);

    protected override async Task AfterEndAsync(Certificate ended, JobMessage message, CancellationToken cancel)
    {
        if (ended is { IsCostly: true, IsPending: true })
        {
            // It goes on in the other queue, and the organisation's other files need not wait for it.
            await certificates.SendAsync(ended, cancel);
            await certificates.EndTurnAsync(ended.OrganizationId, ended.Id, Turn.Yielded, cancel);
        }

        await SettleAsync(message, cancel);
    }

    protected override async Task SettleAsync(JobMessage message, CancellationToken cancel)
    {
        // The sweep knows of no check by night: whoever meets a message of the wrong queue sends the right one, also after a worker that died before it did.
        if (message is CheckMessage { Nightly: true, Costly: false }
            && await certificates.FindAsync(message.OrganizationId, message.Id, cancel) is { IsCostly: true, IsInUse: true } costly)
        {
            await certificates.SendNightlyAsync(costly, cancel);
        }

        await delivery.DeliverAsync(message.OrganizationId, cancel);
    }

    protected override async Task<bool> IsSettledAsync(Certificate over, CancellationToken cancel) => !await delivery.IsOwedAsync(over, cancel);

    private static bool IsNightly(JobMessage message) => message is CheckMessage { Nightly: true };

    // Not the end of the check, only of this worker's part in it. Should it die before it sends the next message, the sweep does.
    private Task<Certificate?> PostponeAsync(Certificate latest, CancellationToken cancel)
    {
        LogLine[] told = latest.IsPending ? [new LogLine(default, latest.Status, Sentences.Certificate.Costly)] : [];
        return ChangeAsync(latest with { IsCostly = true, Heartbeat = null }, told, cancel);
    }

    private Task<Certificate?> BeginAsync(Certificate taken, CancellationToken cancel) => ChangeAsync(
        taken with { Status = CertificateStatus.Checking }, [new LogLine(default, CertificateStatus.Checking, Sentences.Certificate.Checking)], cancel);

    private async Task<Certificate?> ChangeAsync(Certificate certificate, IReadOnlyList<LogLine> lines, CancellationToken cancel) =>
        (await certificates.ChangeAsync([new(certificate, lines)], null, cancel))?[0];

    // By night nobody waits: what could not be checked is as it was, and the log of the portal tells of it.
    private JobEnd<Certificate> Fails(bool nightly, CertificateStatus status, Sentence why) => async (latest, cancel) =>
    {
        if (nightly)
        {
            log.LogWarning("Certificate {Certificate} could not be checked this night: {Reason}", latest.Id, why.Key);
            return await certificates.SaveAsync(latest with { Heartbeat = null }, cancel);
        }

        return await lifecycle.FailAsync(latest, status, why, cancel) is { } end ? await NotedAsync(end) : null;
    };

    private async Task<Certificate> NotedAsync(Certificate end)
    {
        log.LogInformation("Certificate {Certificate} was checked: {Status}", end.Id, end.Status);
        await trace.NoteEndAsync(end);
        return end;
    }

    private async Task<IReadOnlyList<Finding>> JudgeHistoryAsync(Certificate certificate, EHealthVerdict verdict, CancellationToken cancel)
    {
        if (verdict.Authentication is not { } authentication)
        {
            return [];
        }

        var others = (await certificates.ListAsync(certificate.OrganizationId, cancel))
            .Where(one => one.Id != certificate.Id && one.Facts is not null)
            .ToList();
        // Only what was uploaded before: else the second upload of a certificate would change what was found at the first.
        var same = others
            .Where(one => one.Facts!.Authentication.Sha256 == authentication.Sha256 && one.UploadedAt < certificate.UploadedAt)
            .Select(one => (DateTimeOffset?)one.UploadedAt)
            .Max();
        var pointer = await certificates.ReadActiveAsync(certificate.OrganizationId, cancel);
        var active = others.FirstOrDefault(one => one.Id == pointer.CertificateId && one.Facts!.Authentication.Sha256 != authentication.Sha256);
        var elsewhere = await certificates.IsKnownElsewhereAsync(certificate.OrganizationId, authentication.Sha256, cancel);
        return UploadHistory.Judge(verdict, new EarlierUploads(same, elsewhere, active?.Facts!.NotAfter), settings.Rules);
    }
}
