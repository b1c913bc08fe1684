using Azure.Data.Tables;

namespace Ssp.Storage;

/// <summary>
/// The rows of a table in memory, as lists need them: tables can neither search nor sort. Every write to those rows goes through
/// <see cref="ChangeAsync{TResult}"/>, which notes the change in the table, before and after, so that every portal on this storage reads again.
/// Never to be asked for a decision on access: it may be a moment behind.
/// </summary>
/// <param name="table">Holds the rows and, under the key "changes", the note.</param>
/// <param name="read">Makes of the table what the lists need.</param>
public sealed class TableCache<T>(TableClient table, TimeProvider clock, Func<CancellationToken, Task<T>> read) : IDisposable
    where T : class
{
    private const string NoteKey = "changes";

    // A write whose writer died between its note and the end of its call has landed by then, or never will.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim reading = new(1, 1);
    private Held? held;

    /// <summary>What the table holds now.</summary>
    public async Task<T> ReadAsync(CancellationToken cancel)
    {
        var note = await table.FindAsync<NoteRow>(NoteKey, NoteKey, cancel);
        if (held is { } before && before.IsOf(note))
        {
            return before.Value;
        }

        await reading.WaitAsync(cancel);
        try
        {
            // Whoever waited here finds what the one before it read, unless that began before this one's question.
            note = await table.FindAsync<NoteRow>(NoteKey, NoteKey, cancel);
            if (held is { } meanwhile && meanwhile.IsOf(note))
            {
                return meanwhile.Value;
            }

            var begun = clock.GetUtcNow();
            var value = await read(cancel);
            held = new Held(value, note?.Version, begun);
            return value;
        }
        finally
        {
            reading.Release();
        }
    }

    /// <summary>Makes a change to the rows, and lets every reader know.</summary>
    public async Task<TResult> ChangeAsync<TResult>(Func<Task<TResult>> change, CancellationToken cancel)
    {
        await NoteAsync(cancel);
        try
        {
            return await change();
        }
        finally
        {
            await NoteAsync(cancel);
        }
    }

    public void Dispose() => reading.Dispose();

    private async Task NoteAsync(CancellationToken cancel) =>
        await table.UpsertEntityAsync(
            new NoteRow { PartitionKey = NoteKey, RowKey = NoteKey, Version = Guid.NewGuid().ToString("N"), SettledAt = clock.GetUtcNow() + Settling },
            TableUpdateMode.Replace,
            cancel);

    private sealed record Held(T Value, string? Version, DateTimeOffset Begun)
    {
        public bool IsOf(NoteRow? note) => note?.Version == Version && (note is null || Begun >= note.SettledAt);
    }

    private sealed class NoteRow : Row
    {
        public string Version { get; set; } = "";

        public DateTimeOffset SettledAt { get; set; }
    }
}
