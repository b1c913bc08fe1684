using Ssp.Tests.Support;

namespace Ssp.Tests.Durability;

public sealed class CrashTests(Stack stack)
{
    private const int Seed = 20_250_717;

    [Fact]
    public async Task Twenty_kills_under_load_lose_and_invent_nothing()
    {
        var rounds = new CrashRounds(stack.Repository, stack.NewFolder("crashes"), Seed);
        await rounds.RunAsync(20);
        Assert.Empty(rounds.Wrong);
        Assert.True(rounds.Acknowledged > 1000, $"Only {rounds.Acknowledged} changes were acknowledged.");
    }
}
