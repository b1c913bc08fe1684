using Microsoft.Extensions.Logging;
using Ssp.Hosting.Queues;
using Ssp.Hosting.Worker;
using Ssp.Hosting.Worker.Messages;

namespace Ssp.Hosting.Timers;

/// <summary>
/// Ticks for one timer function, one tick at a time, on one instance only. A timer whose ticks are remembered takes the lock for the length of a
/// tick and then sees in its status whether another instance has ticked already; one that remembers nothing holds the lock as long as it can.
/// </summary>
internal sealed class TimerListener(
    TimerSource source, Invocations invocations, WakeUps wakeUps, TimeProvider clock, Leases leases, Drain drain, ILogger logger)
{
    private static readonly TimeSpan LockRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SetBack = TimeSpan.FromMinutes(1);
    private bool _ticksAtStart = source.RunOnStartup;
    private bool _unreachable;

    /// <summary>Returns when the host stops and a running tick has ended.</summary>
    public async Task Run()
    {
        var monitor = source.UseMonitor && !source.Schedule.IsWithinAMinute(clock.GetUtcNow()) ? new TimerStatus(source.Status) : null;
        DateTime? awaited = null;
        while (!drain.Stopping.IsCancellationRequested)
        {
            DateTime? next = null;
            try
            {
                await using var held = await TimerLock.TryTake(source.Container, source.Lock, leases);
                _unreachable = false;
                if (held is not null && monitor is not null)
                {
                    next = await TickWhenDue(monitor, awaited);
                }
                else if (held is not null)
                {
                    await TickWhile(held);
                }
            }
            catch (Exception error)
            {
                // What comes due meanwhile is past due when storage is back.
                awaited = null;
                if (!_unreachable)
                {
                    _unreachable = true;
                    logger.LogWarning("The timer {Function} waits for its storage: {Error}", source.Function.Name, error.Message);
                }
            }

            if (next is { } due)
            {
                awaited = await Reach(due, drain.Stopping);
            }
            else
            {
                await Task.Delay(LockRetry, drain.Stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Ticks unless the status says that it is not, or no longer, time to.</summary>
    /// <param name="awaited">The moment this instance has waited for; null at the start.</param>
    /// <returns>The next moment to wait for.</returns>
    private async Task<DateTime> TickWhenDue(TimerStatus monitor, DateTime? awaited)
    {
        var status = await Resume(monitor);
        var now = clock.GetUtcNow().UtcDateTime;
        var isDue = status.Next <= now;
        var isForgotten = awaited is not null && status.Last is null && status.LastUpdated >= awaited;
        if (isForgotten)
        {
            logger.LogWarning(
                "{Function} was remembered with another schedule: another instance has other settings or another time zone", source.Function.Name);
        }

        // Or it was written by a clock that has been set back since: its next tick is too far away.
        var isDueAgain = isForgotten || (awaited is not null && status.LastUpdated - now > SetBack);
        if ((isDue || isDueAgain || _ticksAtStart) && !drain.Stopping.IsCancellationRequested)
        {
            var reached = isDueAgain || status.Next == awaited ? awaited : null;
            status = await Tick(reached ?? now, monitor, status, isPastDue: isDue && reached is null);
            _ticksAtStart = false;
        }

        return status.Next;
    }

    private async Task TickWhile(TimerLock held)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(held.Lost, drain.Stopping);
        var status = await Resume(null);
        if (source.RunOnStartup && !end.IsCancellationRequested)
        {
            status = await Tick(clock.GetUtcNow().UtcDateTime, null, status, isPastDue: false);
        }

        while (await Reach(status.Next, end.Token) is { } due)
        {
            status = await Tick(due, null, status, isPastDue: false);
        }
    }

    private async Task<TimerTicks> Resume(TimerStatus? monitor)
    {
        var known = monitor is null ? null : await monitor.Read();
        if (known is not null && known.Next == Next(known.Origin))
        {
            return known;
        }

        // The first start ever, or the first with this schedule: nothing is missed.
        var now = clock.GetUtcNow().UtcDateTime;
        var status = new TimerTicks(null, Next(now), now);
        if (monitor is not null)
        {
            await monitor.Write(status);
        }

        return status;
    }

    private async Task<TimerTicks> Tick(DateTime due, TimerStatus? monitor, TimerTicks before, bool isPastDue)
    {
        try
        {
            await invocations.Run(source.Function, new TypedData { Json = TimerTicks.ToTimerInfo(monitor is null ? null : before, isPastDue) }, []);
        }
        catch (Exception error)
        {
            if (error is WorkerGoneException || drain.Expired.IsCancellationRequested)
            {
                logger.LogWarning(
                    "{Function} did not finish before the host stopped; if its ticks are remembered, this one is made up for at the next start",
                    source.Function.Name);
                // A worker that is gone takes the host with it. The tick is still due: without waiting for the end it would be tried over and over until then.
                await Task.Delay(Timeout.Infinite, drain.Stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return before;
            }

            logger.LogError(error, "{Function} failed", source.Function.Name);
        }
        finally
        {
            wakeUps.Signal();
        }

        // A tick that came due while this one ran is skipped; it is not a missed one.
        var now = clock.GetUtcNow().UtcDateTime;
        var last = due;
        while (Next(last) <= now)
        {
            last = Next(last);
        }

        var status = new TimerTicks(last, Next(last), now);
        if (monitor is not null)
        {
            await monitor.Write(status);
        }

        return status;
    }

    private DateTime Next(DateTime after) => source.Schedule.Next(new DateTimeOffset(DateTime.SpecifyKind(after, DateTimeKind.Utc))).UtcDateTime;

    /// <summary>When it was due; null when the host stops or the lock is lost before.</summary>
    private async Task<DateTime?> Reach(DateTime due, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var now = clock.GetUtcNow().UtcDateTime;
            if (due - Next(now) > SetBack)
            {
                // The clock was set back to before the last tick, and passes by its times once more.
                due = Next(now);
            }

            var left = due - now;
            if (left <= TimeSpan.Zero)
            {
                return due;
            }

            var stretch = left < leases.LongestSleep ? left : leases.LongestSleep;
            await Task.Delay(stretch + TimeSpan.FromMilliseconds(1), clock, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return null;
    }
}
