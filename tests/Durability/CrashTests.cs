using Ssp.Tests.Support;

namespace Ssp.Tests.Durability;

public sealed class CrashTests(Stack stack)
{
    private const int Seed = 20_250_717;

    [Fact]
    public async Task Twenty_kills_under_load_lose_and_invent_nothing()
    {
        var rounds = new CrashRounds(stack.Repository, stack.NewFolder("crashes"), Seed);
        await rounds.RunAsync(20, changes: 500);
        Assert.Empty(rounds.Wrong);
        Assert.True(rounds.Acknowledged > 500, $"Only {rounds.Acknowledged} changes were acknowledged.");
    }

    [Fact]
    public async Task Ten_power_cuts_under_load_lose_and_invent_nothing_that_was_acknowledged()
    {
        var rounds = new CrashRounds(stack.Repository, stack.NewFolder("power-cuts"), Seed, powerFails: true);
        await rounds.RunAsync(10, changes: 50);
        Assert.Empty(rounds.Wrong);
        Assert.True(rounds.Acknowledged > 50, $"Only {rounds.Acknowledged} changes were acknowledged.");
    }
}
