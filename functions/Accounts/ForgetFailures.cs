using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace Ssp.Accounts;

/// <summary>
/// Once an hour: counts of failed sign-ins and look-ups that no longer matter go, so that nobody fills the storage with addresses that are made up.
/// </summary>
public sealed class ForgetFailures(SignInThrottle throttle, ILogger<ForgetFailures> log)
{
    [Function(nameof(ForgetFailures))]
    public async Task Run([TimerTrigger("0 55 * * * *")] TimerInfo timer, CancellationToken cancel)
    {
        var removed = await throttle.RemoveOldAsync(cancel);
        if (removed > 0)
        {
            log.LogInformation("Removed {Count} old counts of failed sign-ins and look-ups", removed);
        }
    }
}
