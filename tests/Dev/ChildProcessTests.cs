using Ssp.Dev;

namespace Ssp.Tests.Dev;

public sealed class ChildProcessTests
{
    [Fact]
    public async Task A_program_that_ended_by_itself_can_be_waited_for_and_killed_and_what_it_said_is_known()
    {
        await using var child = ChildProcess.Start("TERM", ["sh", "-c", "echo It does not start."], "/");

        await child.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        await child.KillAsync().WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        Assert.Equal("It does not start.", child.LastOutput);
    }
}
