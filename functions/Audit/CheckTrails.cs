using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Ssp.Storage;

namespace Ssp.Audit;

/// <summary>
/// Every night: checks all trails and writes their heads into the portal's log, which a hospital keeps elsewhere. A head kept there tells later whether the
/// whole trail was written anew.
/// </summary>
public sealed class CheckTrails(PortalStorage storage, AuditCheck check, ILogger<CheckTrails> log)
{
    [Function(nameof(CheckTrails))]
    public async Task Run([TimerTrigger("%CheckTrailsSchedule%")] TimerInfo timer, CancellationToken cancel)
    {
        await storage.PrepareAsync(cancel);
        await foreach (var report in check.CheckAllAsync(cancel))
        {
            if (report.FirstBreak is not null)
            {
                log.LogError("Audit trail {Verdict}", VerifyCommand.LineOf(report));
            }
            else if (report.Events > 0)
            {
                log.LogInformation("Audit trail {Verdict}", VerifyCommand.LineOf(report));
            }
        }
    }
}
