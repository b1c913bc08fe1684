namespace Ssp.Tests.Hosting;

/// <summary>Waits, generously, until something is so.</summary>
internal static class Eventually
{
    public static Task Is(Func<bool> condition, string what) => Is(() => Task.FromResult(condition()), what);

    public static async Task Is(Func<Task<bool>> condition, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(90), $"Never happened: {what}");
            await Task.Delay(50);
        }
    }
}
