using Ssp.Tests.Support;

namespace Ssp.Tests.Chaos;

public sealed class ChaosTests(Stack stack)
{
    private const int Seed = 20_261_125;

    [Fact]
    public async Task A_short_run_with_every_kind_of_fault_breaks_nothing()
    {
        var run = new ChaosRun(stack.Repository, stack.NewFolder("chaos"), Seed);
        await run.RunAsync(registrations: 300, rounds: 1, TimeSpan.FromSeconds(50), changes: 50, exports: 5);
        Assert.Empty(run.Wrong);
        Assert.True(run.Acknowledged > 50, $"Only {run.Acknowledged} changes were acknowledged.");
        Assert.True(run.Exports > 5, $"Only {run.Exports} exports succeeded.");
        Assert.NotEmpty(run.Faults);
    }
}
