using Azure;
using Azure.Data.Tables;
using Ssp.Backup;
using Ssp.Tests.Support;

namespace Ssp.Tests.Backup;

/// <summary>A backup is of one moment, though rows change while it is made.</summary>
public sealed class MomentTests(Stack stack)
{
    private static readonly string[] Tables = ["Organizations", "Memberships", "Certificates"];

    [Fact]
    public async Task Changes_of_several_tables_are_seen_in_the_order_they_were_made()
    {
        var source = new Commands(stack);
        await source.PrepareAsync();
        using var stop = new CancellationTokenSource();
        var writing = CountAsync(source, stop.Token);
        var seen = new List<int[]>();
        for (var round = 0; round < 5; round++)
        {
            var target = new Commands(stack);
            var restored = await target.RunAsync(RestoreCommand.Word, await source.BackupAsync());
            Assert.True(restored.Code == 0, restored.Output + restored.Errors);
            seen.Add([
                .. await Task.WhenAll(
                    Tables.Select(async table => (await target.Table(table).GetEntityAsync<TableEntity>("counter", "row")).Value.GetInt32("Count")!.Value)),
            ]);
        }

        await stop.CancelAsync();
        await writing;
        Assert.All(seen, counts => Assert.True(counts[0] >= counts[1] && counts[1] >= counts[2] && counts[2] >= counts[0] - 1, string.Join(' ', counts)));
        Assert.True(seen[^1][0] > seen[0][0]);
    }

    [Fact]
    public async Task A_file_that_is_removed_while_the_backup_is_made_is_not_missed_and_neither_is_the_one_after_it()
    {
        var source = new Commands(stack);
        var storage = await source.PrepareAsync();
        using var stop = new CancellationTokenSource();
        var turning = TurnAsync();
        for (var round = 0; round < 3; round++)
        {
            await source.BackupAsync();
        }

        await stop.CancelAsync();
        await turning;

        // As exports come and go: the file, its row; then the file before, and its row. Not more often than a backup on a busy machine can look again.
        async Task TurnAsync()
        {
            for (var number = 1; !stop.IsCancellationRequested; number++)
            {
                await storage.ExportFiles.UploadBlobAsync($"o/{number}.csv", BinaryData.FromBytes(new byte[100_000]));
                await storage.ExportJobs.AddEntityAsync(new TableEntity("o", $"job-{number}") { ["State"] = "Succeeded", ["BlobName"] = $"o/{number}.csv" });
                await Task.Delay(400);
                await storage.ExportFiles.DeleteBlobIfExistsAsync($"o/{number - 1}.csv");
                await storage.ExportJobs.DeleteEntityAsync("o", $"job-{number - 1}", ETag.All);
                await Task.Delay(400);
            }
        }
    }

    [Fact]
    public async Task A_row_whose_file_is_lost_is_told_of_and_the_rest_is_kept()
    {
        var source = new Commands(stack);
        var storage = await source.PrepareAsync();
        await storage.ExportJobs.AddEntityAsync(new TableEntity("o", "job-1") { ["State"] = "Succeeded", ["BlobName"] = "o/1.csv" });
        var file = source.NewFile();

        var made = await source.RunAsync(BackupCommand.Word, file);
        var verified = await source.RunAsync(VerifyBackupCommand.Word, file);
        var target = new Commands(stack);
        var restored = await target.RunAsync(RestoreCommand.Word, file);

        Assert.Equal((1, 1, 1), (made.Code, verified.Code, restored.Code));
        Assert.All([made, verified, restored],
            outcome => Assert.Contains("MISSING: blobs/exports/o/1.csv is named by a row", outcome.Output, StringComparison.Ordinal));
        Assert.Single(await target.RowsAsync("ExportJobs"));
    }

    [Fact]
    public async Task A_worker_that_gives_signs_of_life_does_not_keep_a_backup_from_being_made()
    {
        var source = new Commands(stack);
        var storage = await source.PrepareAsync();
        using var stop = new CancellationTokenSource();
        var beating = BeatAsync();

        await source.BackupAsync();

        await stop.CancelAsync();
        await beating;

        async Task BeatAsync()
        {
            for (var rows = 1L; !stop.IsCancellationRequested; rows++)
            {
                await storage.ExportJobs.UpsertEntityAsync(
                    new TableEntity("o", "job-1") { ["State"] = "Running", ["LastSign"] = DateTimeOffset.UtcNow, ["Rows"] = rows }, TableUpdateMode.Replace);
            }
        }
    }

    private static async Task CountAsync(Commands source, CancellationToken stop)
    {
        for (var count = 1; !stop.IsCancellationRequested; count++)
        {
            foreach (var table in Tables)
            {
                await source.Table(table)
                    .UpsertEntityAsync(new TableEntity("counter", "row") { ["Count"] = count }, TableUpdateMode.Replace, CancellationToken.None);
                await Task.Delay(Random.Shared.Next(20), CancellationToken.None);
            }
        }
    }
}
