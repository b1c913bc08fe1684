using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Azure;
using Azure.Storage.Queues;

namespace Ssp.Tests.Chaos;

/// <summary>
/// What happens to the machine: two rows of faults, one for the portals and one for all else, each drawn by its seed,
/// so that a fault of one may meet one of the other.
/// </summary>
public sealed class Faults(ChaosStack stack, Func<IReadOnlyList<(string Queue, string Message)>> known, Action<string> note)
{
    // Longer than a worker may be silent before another takes its work.
    private const double LongStop = 27;

    private static readonly TimeSpan LongestFault = TimeSpan.FromMinutes(3);

    private readonly ConcurrentDictionary<string, int> counts = new();

    /// <summary>How often each happened.</summary>
    public IReadOnlyDictionary<string, int> Counts => counts;

    /// <summary>Lets things happen to the portals until told to stop; the fault under way is brought to its end.</summary>
    /// <param name="pause">At most, between two.</param>
    public Task TroublePortalsAsync(Random random, TimeSpan pause, CancellationToken stop) => RunAsync(
        random, pause,
        [
            (4, "portal killed (kill -9)", () => KillAsync(random, Any(random))),
            (2, "both portals killed at once", () => KillAsync(random, [.. stack.Portals])),
            (2, "portal stopped (SIGSTOP) for longer than its lease", () => StopAsync(Any(random)[0], LongStop + (13 * random.NextDouble()), stop)),
            (1, "portal stopped (SIGSTOP) for seconds", () => StopAsync(Any(random)[0], 1 + (8 * random.NextDouble()), stop)),
            (2, "portal ended (SIGTERM) and started", () => RestartAsync(Any(random)[0])),
        ],
        stop);

    /// <inheritdoc cref="TroublePortalsAsync"/>
    public Task TroubleTheRestAsync(Random random, TimeSpan pause, CancellationToken stop) => RunAsync(
        random, pause,
        [
            (4, "Azurite killed (kill -9)", () => KillAsync(random, [stack.Azurite])),
            (2, "Azurite stopped (SIGSTOP) for seconds", () => StopAsync(stack.Azurite, 1 + (13 * random.NextDouble()), stop)),
            (2, "Azurite slow", () => SlowDownAsync(4 + (8 * random.NextDouble()), stop)),
            (3, "PostgreSQL killed (kill -9)", () => KillAsync(random, [stack.Postgres])),
            (1, "PostgreSQL stopped (SIGSTOP) for seconds", () => StopAsync(stack.Postgres, 1 + (13 * random.NextDouble()), stop)),
            (2, "everything killed at once", () => KillAsync(random, [.. stack.Parts])),
            (stack.Disk is null ? 0 : 2, "disk full", () => FillDiskAsync(2 + (5 * random.NextDouble()), stop)),
            (3, "messages delivered twice and late", () => SendAgainAsync(random)),
            (1, "messages that are none", () => SendNonsenseAsync(random)),
        ],
        stop);

    private async Task RunAsync(Random random, TimeSpan pause, (int Weight, string Name, Func<Task> Happen)[] faults, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(pause * random.NextDouble(), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var draw = random.Next(faults.Sum(fault => fault.Weight));
            var (_, name, happen) = faults.First(fault => (draw -= fault.Weight) < 0);
            if (!stop.IsCancellationRequested)
            {
                counts.AddOrUpdate(name, 1, (_, before) => before + 1);
                note($"{name} …");
                // One that hangs would spare everybody the others.
                await happen().WaitAsync(LongestFault, CancellationToken.None);
                note($"{name}: over");
            }
        }
    }

    private Part[] Any(Random random) => [stack.Portals[random.Next(stack.Portals.Count)]];

    private static async Task KillAsync(Random random, Part[] parts)
    {
        await TakeAsync(parts);
        try
        {
            await Task.WhenAll(parts.Select(part => part.KillAsync()));
            await Task.Delay(random.Next(4_000));
            foreach (var part in parts.OrderBy(_ => random.Next()))
            {
                part.Start();
            }
        }
        finally
        {
            Array.ForEach(parts, part => part.Turn.Release());
        }
    }

    private static async Task StopAsync(Part part, double seconds, CancellationToken stop)
    {
        await TakeAsync(part);
        try
        {
            part.Signal("STOP");
            await Task.Delay(TimeSpan.FromSeconds(seconds), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            part.Signal("CONT");
            part.Turn.Release();
        }
    }

    private static async Task RestartAsync(Part portal)
    {
        await TakeAsync(portal);
        try
        {
            await portal.EndAsync();
            portal.Start();
        }
        finally
        {
            portal.Turn.Release();
        }
    }

    // It runs a tenth of the time.
    private async Task SlowDownAsync(double seconds, CancellationToken stop)
    {
        await TakeAsync(stack.Azurite);
        try
        {
            for (var until = DateTime.UtcNow.AddSeconds(seconds); DateTime.UtcNow < until && !stop.IsCancellationRequested;)
            {
                stack.Azurite.Signal("STOP");
                await Task.Delay(200, CancellationToken.None);
                stack.Azurite.Signal("CONT");
                await Task.Delay(20, CancellationToken.None);
            }
        }
        finally
        {
            stack.Azurite.Turn.Release();
        }
    }

    // Azurite ends at its first write, and is started again and again until there is space; HD4DP's folder lies on the same disk.
    private async Task FillDiskAsync(double seconds, CancellationToken stop)
    {
        await TakeAsync(stack.Azurite);
        stack.Azurite.MayEnd = true;
        try
        {
            stack.Disk!.Fill();
            var until = DateTime.UtcNow.AddSeconds(seconds);
            for (; DateTime.UtcNow < until && !stop.IsCancellationRequested; await Task.Delay(200, CancellationToken.None))
            {
                if (stack.Azurite.HasEnded)
                {
                    await stack.Azurite.EndAsync();
                    stack.Azurite.Start();
                }
            }
        }
        finally
        {
            stack.Disk!.Free();
            await Task.Delay(500, CancellationToken.None);
            if (stack.Azurite.HasEnded)
            {
                await stack.Azurite.EndAsync();
                stack.Azurite.Start();
            }

            stack.Azurite.MayEnd = false;
            stack.Azurite.Turn.Release();
        }
    }

    private async Task SendAgainAsync(Random random)
    {
        var messages = known();
        for (var count = 0; count < 6 && messages.Count > 0; count++)
        {
            var (queue, message) = messages[random.Next(messages.Count)];
            await SendAsync(queue, message);
            await SendAsync(queue, message);
        }
    }

    private async Task SendNonsenseAsync(Random random)
    {
        foreach (var queue in (string[])["exports", "certificates", "nippin"])
        {
            await SendAsync(queue, random.Next(3) switch
            {
                0 => "nothing that was agreed on",
                1 => $$"""{"organizationId":"{{random.Next()}}","exportId":7}""",
                _ => """{"organizationId":"00000000000000000000000000000000","exportId":"0","certificateId":"0","registry":"NONE","date":"2026-01-01"}""",
            });
        }
    }

    private async Task SendAsync(string queue, string message)
    {
        var options = new QueueClientOptions();
        options.Retry.MaxRetries = 0;
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(5);
        try
        {
            await new QueueClient(stack.Settings["AzureWebJobsStorage"], $"{stack.Settings["StoragePrefix"]}-{queue}", options)
                .SendMessageAsync(Convert.ToBase64String(Encoding.UTF8.GetBytes(message)));
        }
        catch (Exception error) when (error is RequestFailedException or TaskCanceledException)
        {
            // Storage is away, by the other row of faults; then this message does not come.
        }
    }

    private static async Task TakeAsync(params Part[] parts)
    {
        // Always in the same order, so that two who want several do not wait for each other.
        foreach (var part in parts.OrderBy(part => part.Name, StringComparer.Ordinal))
        {
            await part.Turn.WaitAsync();
        }
    }

    /// <summary>One line for each kind of fault.</summary>
    public IEnumerable<string> Lines() =>
        counts.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key}: {one.Value}"));
}
