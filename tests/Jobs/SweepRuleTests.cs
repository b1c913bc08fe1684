using Ssp.Jobs;
using Ssp.Storage;

namespace Ssp.Tests.Jobs;

public sealed class SweepRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    // Noted a moment ago, its row may not be written yet.
    [InlineData(WorkState.Over, 59, 59, 0, SweepStep.Leave)]
    [InlineData(WorkState.Over, 61, 61, 0, SweepStep.Forget)]
    [InlineData(WorkState.Waiting, 19, 19, 0, SweepStep.Leave)]
    [InlineData(WorkState.Waiting, 21, 21, 0, SweepStep.Send)]
    // Sent again already: the queue may be long.
    [InlineData(WorkState.Waiting, 60, 39, 1, SweepStep.Leave)]
    [InlineData(WorkState.Waiting, 62, 41, 1, SweepStep.Send)]
    [InlineData(WorkState.Waiting, 90000, 5119, 8, SweepStep.Leave)]
    [InlineData(WorkState.Waiting, 90000, 5121, 40, SweepStep.Send)]
    [InlineData(WorkState.Running, 90000, 90000, 0, SweepStep.Leave)]
    [InlineData(WorkState.Abandoned, 9, 9, 0, SweepStep.Leave)]
    [InlineData(WorkState.Abandoned, 11, 11, 0, SweepStep.Send)]
    [InlineData(WorkState.Abandoned, 90000, 11, 40, SweepStep.Send)]
    // The clock was set back by a day since, or that of another machine is a little ahead.
    [InlineData(WorkState.Waiting, -86400, -86400, 0, SweepStep.Send)]
    [InlineData(WorkState.Abandoned, -86400, -86400, 0, SweepStep.Send)]
    [InlineData(WorkState.Running, -86400, -86400, 0, SweepStep.Leave)]
    [InlineData(WorkState.Waiting, -30, -30, 0, SweepStep.Leave)]
    public void Work_is_sent_again_when_its_message_was_not_taken_or_its_worker_is_silent(
        WorkState state, int notedSecondsAgo, int sentSecondsAgo, int sends, SweepStep step) =>
        Assert.Equal(
            step,
            SweepRule.Of(
                state,
                new OpenWork(
                    "export", OrganizationId.Nobodys, JobId.Parse("1"), null, Turn.Has,
                    Now.AddSeconds(-notedSecondsAgo), Now.AddSeconds(-sentSecondsAgo), sends, default),
                Now));
}
