using Azure.Data.Tables;
using Ssp.Certificates;
using Ssp.Exports;
using Ssp.Jobs;
using Ssp.Nippin;
using Ssp.Storage;

namespace Ssp.Backup;

/// <summary>
/// What a row becomes when it is restored: no session goes on, no temporary password can be used, for it may have been used since the backup, and what was
/// under way waits, for its worker is no more.
/// </summary>
/// <param name="deadHash">The hash of a password that nobody knows.</param>
public sealed class RestoredRows(string deadHash, DateTimeOffset now)
{
    private const string JobPrefix = "job-";
    private const string CertificatePrefix = "certificate-";

    // Not temporary is written as the beginning of time.
    private static readonly DateTimeOffset NotTemporary = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>How many temporary passwords were made void.</summary>
    public int Voided { get; private set; }

    /// <summary>The work that waits, by the words of <see cref="JobKind.Word"/>.</summary>
    public List<(string Kind, OrganizationId OrganizationId, JobId Id)> Waiting { get; } = [];

    public TableEntity Of(string table, TableEntity row)
    {
        switch (table)
        {
            case "Accounts" when row.RowKey == "account":
                EndAccess(row);
                break;
            case "ExportJobs" when row.GetString("State") is nameof(JobState.Queued) or nameof(JobState.Running):
                Wait(row, nameof(JobState.Queued));
                row.Remove("Total");
                Waiting.Add((ExportStore.Word, OrganizationId.Parse(row.PartitionKey), JobId.Parse(row.RowKey[JobPrefix.Length..])));
                break;
            case "Nights" when row.GetString("State") is nameof(JobState.Queued) or nameof(JobState.Running):
                Wait(row, nameof(JobState.Queued));
                Waiting.Add((NightStore.Word, OrganizationId.Parse(row.PartitionKey), JobId.Parse(row.RowKey)));
                break;
            case "Certificates" when row.GetString("Status") is nameof(CertificateStatus.Waiting) or nameof(CertificateStatus.Checking):
                row.Remove("LastSign");
                Waiting.Add((CertificateStore.Word, OrganizationId.Parse(row.PartitionKey), JobId.Parse(row.RowKey[CertificatePrefix.Length..])));
                break;
        }

        return row;
    }

    private void EndAccess(TableEntity row)
    {
        row["SessionStamp"] = Secrets.NewId();
        if (row.GetDateTimeOffset("TemporaryUntil") is { } until && until > NotTemporary)
        {
            row["PasswordHash"] = deadHash;
            row["TemporaryUntil"] = until < now ? until : now;
            Voided++;
        }
    }

    private static void Wait(TableEntity row, string state)
    {
        row["State"] = state;
        row["Rows"] = 0L;
        row.Remove("LastSign");
    }
}
