using System.Globalization;
using Ssp.Clock;

namespace Ssp.Audit;

/// <summary>
/// Events that somebody can bring about as often as they like: a call that is refused, a sign-in that fails. The first of an hour stands in the trail as it
/// is; those like it are counted, and the hour's end adds one event with their number. Counted in this process: a stop tells them, a kill loses those of its
/// hour.
/// </summary>
public sealed class RepeatedEvents(AuditTrail trail, TimeProvider clock) : IAsyncDisposable
{
    // Those above are counted together, and told in nobody's name.
    private const int MaxKinds = 2_000;
    private const string OthersKind = "";

    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Repetition> kinds = [];

    /// <param name="kind">What makes two of them alike, for example who, from where and what.</param>
    public async Task NoteAsync(string kind, AuditActor by, AuditAction action, AuditResult result)
    {
        foreach (var over in TakeOver(all: false))
        {
            await TellAsync(over);
        }

        lock (gate)
        {
            if (kinds.TryGetValue(kind, out var known))
            {
                known.More++;
                return;
            }

            if (kinds.Count >= MaxKinds)
            {
                if (!kinds.TryGetValue(OthersKind, out var others))
                {
                    others = new Repetition(clock.GetUtcNow(), AuditActor.Portal(), new AuditAction(action.Name, "several"), result);
                    kinds[OthersKind] = others;
                }

                others.More++;
                return;
            }

            kinds[kind] = new Repetition(clock.GetUtcNow(), by, action, result);
        }

        await trail.TryNoteAsync(by, action, result);
    }

    /// <summary>Tells the trail of all that was counted, whether its hour is over or not.</summary>
    public async Task TellAllAsync()
    {
        foreach (var one in TakeOver(all: true))
        {
            await TellAsync(one);
        }
    }

    public async ValueTask DisposeAsync() => await TellAllAsync();

    private List<Repetition> TakeOver(bool all)
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            var over = kinds.Where(kind => all || now - kind.Value.Since >= Window || ClockSkew.IsAhead(kind.Value.Since, now)).ToList();
            foreach (var (kind, _) in over)
            {
                kinds.Remove(kind);
            }

            return [.. over.Select(kind => kind.Value).Where(one => one.More > 0)];
        }
    }

    private Task TellAsync(Repetition one)
    {
        var count = string.Create(CultureInfo.InvariantCulture, $"{one.More} more like it within the hour after {one.Since.UtcDateTime:yyyy-MM-dd HH:mm} UTC");
        var details = one.Action.Details is { } before ? $"{before}; {count}" : count;
        return trail.TryNoteAsync(one.By, one.Action with { Details = details }, one.Result);
    }

    private sealed class Repetition(DateTimeOffset since, AuditActor by, AuditAction action, AuditResult result)
    {
        public DateTimeOffset Since => since;

        public AuditActor By => by;

        public AuditAction Action => action;

        public AuditResult Result => result;

        public int More { get; set; }
    }
}
