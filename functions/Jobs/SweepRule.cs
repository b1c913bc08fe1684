using Ssp.Clock;

namespace Ssp.Jobs;

public enum SweepStep
{
    Leave,
    Send,
    Forget,
}

/// <summary>What a sweep does about a piece of work.</summary>
public static class SweepRule
{
    /// <summary>Work is noted before its row is written: whoever noted it a moment ago may be about to.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromMinutes(1);

    /// <summary>A message that was not taken by then may be lost. It may also stand in a long queue, so each wait is twice the one before.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>How long a message for abandoned work may take to be taken.</summary>
    public static readonly TimeSpan Pickup = TimeSpan.FromSeconds(10);

    // 20 s doubled eight times: at most 85 minutes between two messages.
    private const int MaxDoublings = 8;

    public static SweepStep Of(WorkState state, OpenWork work, DateTimeOffset now) => state switch
    {
        WorkState.Over => now - work.NotedAt > Settling ? SweepStep.Forget : SweepStep.Leave,
        _ when work.Turn == Turn.Waits => SweepStep.Leave,
        // Messages of before the clock was set back stay hidden until it has caught up with them.
        WorkState.Waiting or WorkState.Abandoned when ClockSkew.IsAhead(work.SentAt, now) => SweepStep.Send,
        WorkState.Waiting => now - work.SentAt > Patience * Math.Pow(2, Math.Min(work.Sends, MaxDoublings)) ? SweepStep.Send : SweepStep.Leave,
        WorkState.Abandoned => now - work.SentAt > Pickup ? SweepStep.Send : SweepStep.Leave,
        _ => SweepStep.Leave,
    };
}
