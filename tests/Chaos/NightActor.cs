using System.Text.Json;

namespace Ssp.Tests.Chaos;

/// <summary>Asks for the validation of the implants again and again. Whatever happens, every registry keeps a good file with the same counts.</summary>
public sealed class NightActor(string name, Visitor visitor, string organizationId, IReadOnlyDictionary<string, string> expected) : Actor(name)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>Validations that failed, and were asked for again.</summary>
    public int GivenUp { get; private set; }

    /// <summary>The counts of each registry, as the page shows them.</summary>
    public static IReadOnlyDictionary<string, string> CountsOf(JsonElement registries) =>
        registries.GetProperty("items")
            .EnumerateArray()
            .ToDictionary(one => one.GetProperty("registry").GetString()!, one => one.GetProperty("counts").ToString());

    protected override async Task StepAsync(Random random)
    {
        if (random.Next(4) > 0)
        {
            Compare((await visitor.ReadAsync(Registries)).Json);
            return;
        }

        object body = random.Next(3) == 0 ? new { } : new { registry = expected.Keys.ElementAt(random.Next(expected.Count)) };
        var reply = await visitor.PostAsync(Run, body);
        if (reply.IsDone)
        {
            Acknowledge();
        }
        else if (reply.IsLost)
        {
            Lose();
        }
        else
        {
            Complain($"a validation was refused: {reply.Text}");
        }
    }

    protected override async Task LookAsync()
    {
        // What was asked for ends; what failed says why, and succeeds when it is asked for again.
        await WaitAsync(mayFail: true);
        if (await visitor.PostAsync(Run, new { }) is { IsDone: false } refused)
        {
            throw new Violation($"a validation cannot be asked for in quiet times: {refused.Text}");
        }

        await WaitAsync(mayFail: false);
        Compare((await visitor.ReadAsync(Registries)).Json);
    }

    private string Registries => $"organizations/{organizationId}/nippin/registries";

    private string Run => $"organizations/{organizationId}/nippin/run";

    private async Task WaitAsync(bool mayFail)
    {
        for (var begun = DateTime.UtcNow; ; await Task.Delay(Pause))
        {
            var items = (await visitor.ReadAsync(Registries)).Json.GetProperty("items").EnumerateArray().ToList();
            var open = items.Where(one => one.GetProperty("state").GetString() is "queued" or "running")
                .Select(one => one.GetProperty("registry").GetString())
                .ToList();
            if (open.Count == 0)
            {
                var failed = items.Where(one => one.GetProperty("state").GetString() == "failed").ToList();
                GivenUp += failed.Count;
                if (!mayFail && failed.Count > 0)
                {
                    Complain($"a validation failed in quiet times: {failed[0].GetProperty("problem")}");
                }

                return;
            }

            if (DateTime.UtcNow - begun > Patience)
            {
                throw new Violation($"the validations of {string.Join(", ", open)} have no end");
            }
        }
    }

    private void Compare(JsonElement registries)
    {
        foreach (var (registry, counts) in CountsOf(registries))
        {
            if (counts != expected[registry])
            {
                Complain($"{registry} has the counts {counts}, and should have {expected[registry]}");
            }
        }
    }
}
