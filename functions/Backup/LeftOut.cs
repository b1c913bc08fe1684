using Azure.Data.Tables;

namespace Ssp.Backup;

/// <summary>What a backup does not hold, and what of a row may be a little older than the rest.</summary>
public static class LeftOut
{
    // Sessions: a restore must revive none. SignInFailures: counts of a quarter of an hour. Work: a restore makes it from the rows that wait.
    // Restore: is about this storage, not about its content.
    private static readonly HashSet<string> Tables = ["Sessions", "SignInFailures", "Work", StoredParts.RestoreTable];

    // The notes of when lists changed; see Storage.TableCache. Without one, lists are read.
    private const string NotePartition = "changes";

    // What a worker writes every second to say that it lives, and a sign-in to say when it was. Waited for, no moment would be still.
    private static readonly Dictionary<string, IReadOnlySet<string>> Ticking = new()
    {
        ["Accounts"] = new HashSet<string> { "LastSignIn" },
        ["ExportJobs"] = new HashSet<string> { "LastSign", "Rows", "Total" },
        ["Nights"] = new HashSet<string> { "LastSign", "Rows" },
        ["Certificates"] = new HashSet<string> { "LastSign" },
    };

    public static bool Table(string table) => Tables.Contains(table);

    public static bool Row(TableEntity row) => row.PartitionKey == NotePartition && row.RowKey == NotePartition;

    /// <summary>The columns that may change without making the row another; null: there are none in this table.</summary>
    public static IReadOnlySet<string>? TickingColumns(string table) => Ticking.GetValueOrDefault(table);
}
