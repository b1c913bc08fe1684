using Ssp.Hosting.Queues;

namespace Ssp.Tests.Hosting;

public sealed class PollingDelayTests
{
    [Fact]
    public void It_grows_from_100_ms_to_its_maximum_and_starts_again_after_a_message()
    {
        var delay = new PollingDelay(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromMilliseconds(100), delay.Next());
        var last = TimeSpan.Zero;
        for (var i = 0; i < 5; i++)
        {
            var next = delay.Next();
            Assert.True(next > last || next == TimeSpan.FromSeconds(2), $"{next} after {last}");
            last = next;
        }

        Assert.Equal(TimeSpan.FromSeconds(2), last);
        for (var i = 0; i < 1000; i++)
        {
            Assert.Equal(TimeSpan.FromSeconds(2), delay.Next());
        }

        delay.Reset();
        Assert.Equal(TimeSpan.FromMilliseconds(100), delay.Next());
    }

    [Fact]
    public async Task A_signal_that_comes_before_the_wait_ends_it()
    {
        var wakeUp = new WakeUp();
        wakeUp.Signal();
        wakeUp.Signal();
        await wakeUp.Wait(TimeSpan.FromHours(1), TestContext.Current.CancellationToken);
        wakeUp.Clear();
        await wakeUp.Wait(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
    }
}
