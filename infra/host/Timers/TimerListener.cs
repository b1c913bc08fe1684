using Microsoft.Extensions.Logging;
using Ssp.Hosting.Queues;
using Ssp.Hosting.Worker;
using Ssp.Hosting.Worker.Messages;

namespace Ssp.Hosting.Timers;

/// <summary>Ticks for one timer function while this instance has its lock. One tick at a time.</summary>
internal sealed class TimerListener(
    TimerSource source, Invocations invocations, WakeUps wakeUps, TimeProvider clock, Leases leases, Drain drain, ILogger logger)
{
    private static readonly TimeSpan LockRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan SetBack = TimeSpan.FromMinutes(1);
    private bool _unreachable;

    /// <summary>Returns when the host stops and a running tick has ended.</summary>
    public async Task Run()
    {
        while (!drain.Stopping.IsCancellationRequested)
        {
            try
            {
                await using var held = await TimerLock.TryTake(source.Container, source.Lock, leases);
                _unreachable = false;
                if (held is not null)
                {
                    await TickWhile(held);
                }
            }
            catch (Exception error)
            {
                if (!_unreachable)
                {
                    _unreachable = true;
                    logger.LogWarning("The timer {Function} waits for its storage: {Error}", source.Function.Name, error.Message);
                }
            }

            await Task.Delay(LockRetry, drain.Stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TickWhile(TimerLock held)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(held.Lost, drain.Stopping);
        var monitor = source.UseMonitor && !source.Schedule.IsWithinAMinute(clock.GetUtcNow()) ? new TimerStatus(source.Status) : null;
        var status = await Resume(monitor);
        var missed = monitor is not null && status.Next <= clock.GetUtcNow().UtcDateTime;
        if ((missed || source.RunOnStartup) && !end.IsCancellationRequested)
        {
            status = await Tick(clock.GetUtcNow(), monitor, status, missed);
        }

        while (await Reach(status.Next, end.Token) is { } due)
        {
            status = await Tick(new DateTimeOffset(due), monitor, status, isPastDue: false);
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

    private async Task<TimerTicks> Tick(DateTimeOffset due, TimerStatus? monitor, TimerTicks before, bool isPastDue)
    {
        try
        {
            await invocations.Run(source.Function, new TypedData { Json = TimerTicks.ToTimerInfo(monitor is null ? null : before, isPastDue) }, []);
        }
        catch (Exception error)
        {
            if (drain.Expired.IsCancellationRequested)
            {
                logger.LogWarning("{Function} did not finish before the host stopped; its tick is made up for at the next start", source.Function.Name);
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
        var last = due.UtcDateTime;
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

            // In stretches: a clock that is set, or a machine that slept, is noticed.
            var stretch = left < LongestSleep ? left : LongestSleep;
            await Task.Delay(stretch + TimeSpan.FromMilliseconds(1), clock, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return null;
    }
}
