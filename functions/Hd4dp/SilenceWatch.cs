using System.Diagnostics;
using Npgsql;

namespace Ssp.Hd4dp;

/// <summary>How long somebody waits for a PostgreSQL server.</summary>
/// <param name="Doubt">Without an answer for so long, the server is asked whether it is there.</param>
/// <param name="Silence">How long it may be silent.</param>
/// <param name="Most">How long an answer may take in any case; null: as long as the server needs.</param>
public sealed record Patience(TimeSpan Doubt, TimeSpan Silence, TimeSpan? Most)
{
    /// <summary>
    /// Somebody sits before the page. The server itself ends a look-up before the longest time is over, unless only the process that serves it hangs.
    /// </summary>
    public static readonly Patience OfLookUps = new(TimeSpan.FromSeconds(1), TimeSpan.Zero, TimeSpan.FromSeconds(35));

    /// <summary>Exports and validations: to begin one anew costs more than to wait a moment, and a long query is no silence.</summary>
    public static readonly Patience OfReadings = new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20), null);
}

/// <summary>
/// Notices that a PostgreSQL server is silent: it takes connections and does not answer, as when its machine is paused, or the network swallows what is
/// sent. A slow query looks the same, so whoever waits for long has the server asked something on a connection of its own; one question serves all who wait.
/// When that is not answered, look-ups fail at once until one question is. A server that refuses connections fails fast by itself.
/// </summary>
/// <param name="connectionString">Without pooling.</param>
/// <param name="isAnswer">Whether an error is one of a server that answers, or a mistake in the settings: neither is silence.</param>
/// <param name="unreachable">What a silent server means to whoever asked it.</param>
/// <param name="onSilence">Called when silence begins.</param>
public sealed class SilenceWatch(string connectionString, Func<Exception> unreachable, Func<Exception, bool> isAnswer, Action onSilence) : IDisposable
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly string connectionString = new NpgsqlConnectionStringBuilder(connectionString)
    {
        Timeout = (int)AnswerTime.TotalSeconds,
        KeepAlive = 0,
    }.ConnectionString;
    private readonly CancellationTokenSource end = new();
    private readonly Lock door = new();
    private Task asking = Task.CompletedTask;
    private Stopwatch? silence;

    /// <summary>Fails at once when the server was found silent and has not answered since.</summary>
    public void RefuseWhenSilent()
    {
        if (Volatile.Read(ref silence) is not null)
        {
            throw unreachable();
        }
    }

    /// <summary>
    /// Waits until an answer has come or failed. When the server turns out silent it is left to itself: to cancel it would mean to wait for the server again.
    /// </summary>
    public async Task WaitAsync(Task answer, Patience patience)
    {
        var waiting = Stopwatch.StartNew();
        while (!answer.IsCompleted)
        {
            if (Volatile.Read(ref silence)?.Elapsed >= patience.Silence || waiting.Elapsed > patience.Most)
            {
                throw unreachable();
            }

            await answer.WaitAsync(patience.Doubt).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!answer.IsCompleted && Volatile.Read(ref silence) is null)
            {
                await Asking();
            }
        }
    }

    public void Dispose() => end.Cancel();

    private Task Asking()
    {
        lock (door)
        {
            return asking = asking.IsCompleted ? AskAsync() : asking;
        }
    }

    private async Task AskAsync()
    {
        if (await AnswersAsync())
        {
            return;
        }

        Volatile.Write(ref silence, Stopwatch.StartNew());
        onSilence();
        _ = AskUntilAnsweredAsync();
    }

    private async Task AskUntilAnsweredAsync()
    {
        do
        {
            await Task.Delay(Pause, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        while (!end.IsCancellationRequested && !await AnswersAsync());
        Volatile.Write(ref silence, null);
    }

    // Whatever it says, it answers.
    private async Task<bool> AnswersAsync()
    {
        await using var connection = new NpgsqlConnection(connectionString);
        try
        {
            await connection.OpenAsync(CancellationToken.None);
            return true;
        }
        catch (Exception error)
        {
            return error is PostgresException || isAnswer(error);
        }
    }
}
