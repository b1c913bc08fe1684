using System.Diagnostics;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Ssp.Backup;
using Ssp.Settings;
using Ssp.Tests.Support;

namespace Ssp.Tests.Backup;

/// <summary>Into which storage a restore goes, and who stays away meanwhile.</summary>
public sealed class RestoreTargetTests(Stack stack)
{
    private static readonly string Older = new('a', 32);
    private static readonly string Newer = new('b', 32);
    private static readonly string Whole = new('c', 32);
    private static readonly string Half = new('d', 32);

    [Fact]
    public async Task A_storage_that_is_not_empty_is_refused_and_left_alone_unless_it_is_to_be_replaced()
    {
        var source = new Commands(stack);
        await source.PrepareAsync();
        await source.Table("Organizations").AddEntityAsync(new TableEntity(Older, "organization"));
        var file = await source.BackupAsync();
        var target = new Commands(stack);
        var storage = await target.PrepareAsync();
        await storage.Organizations.AddEntityAsync(new TableEntity(Newer, "organization"));
        await storage.NightFiles.UploadBlobAsync(Newer, BinaryData.FromString("x"));
        await storage.ExportQueue.SendMessageAsync(Newer);

        var refused = await target.RunAsync(RestoreCommand.Word, file);
        var left = await target.RowsAsync("Organizations");
        var replaced = await target.RunAsync(RestoreCommand.Word, file, "--replace");

        Assert.Equal(1, refused.Code);
        Assert.Contains(
            $"Storage is not empty under the prefix {target.Prefix}: table {target.Prefix}Organizations, container {target.Prefix}-nights.",
            refused.Errors,
            StringComparison.Ordinal);
        Assert.Equal(Newer, Assert.Single(left).PartitionKey);
        Assert.True(replaced.Code == 0, replaced.Output + replaced.Errors);
        Assert.Equal(Older, Assert.Single(await target.RowsAsync("Organizations")).PartitionKey);
        Assert.False(await storage.NightFiles.GetBlobClient(Newer).ExistsAsync());
        Assert.Empty((await storage.ExportQueue.PeekMessagesAsync(10)).Value);
    }

    [Fact]
    public async Task After_a_restore_that_was_broken_off_no_portal_starts_and_another_restore_begins_anew()
    {
        var source = new Commands(stack);
        await source.PrepareAsync();
        await source.Table("Organizations").AddEntityAsync(new TableEntity(Whole, "organization"));
        var file = await source.BackupAsync();
        var target = new Commands(stack);
        await target.PrepareAsync();
        await target.Table("Organizations").AddEntityAsync(new TableEntity(Half, "organization"));
        await new UnfinishedRestore(target.Parts, TimeProvider.System).BeginAsync("lost.gpg", default);

        var alive = await target.RunAsync(RestoreCommand.Word, file);
        var mark = await target.Table(StoredParts.RestoreTable).GetEntityAsync<TableEntity>("restore", "restore");
        mark.Value["LastSign"] = DateTimeOffset.UtcNow.AddMinutes(-1);
        await target.Table(StoredParts.RestoreTable).UpdateEntityAsync(mark.Value, ETag.All);
        var stopped = await Assert.ThrowsAsync<SettingsException>(() => target.StartAsync());
        var backedUp = await target.RunAsync(BackupCommand.Word, target.NewFile());
        var again = await target.RunAsync(RestoreCommand.Word, file);

        Assert.Equal(
            (1, "Another restore into this storage is under way, of lost.gpg; it gave a sign of life a moment ago."), (alive.Code, alive.Errors.Trim()));
        Assert.Equal("A restore of lost.gpg into its storage was begun and is not finished: wait for it, or run it again.", stopped.Message);
        Assert.Equal((1, "A restore into this storage was begun and not finished; run it again before a backup."), (backedUp.Code, backedUp.Errors.Trim()));
        Assert.True(again.Code == 0, again.Output + again.Errors);
        Assert.Equal(Whole, Assert.Single(await target.RowsAsync("Organizations")).PartitionKey);
        await using var portal = await target.StartAsync();
    }

    [Fact]
    public async Task A_portal_that_runs_on_a_storage_that_is_replaced_stops()
    {
        var source = new Commands(stack);
        await source.PrepareAsync();
        var file = await source.BackupAsync();
        var target = new Commands(stack);
        using var console = new StringWriter();
        await using var portal = await target.StartAsync(console: TextWriter.Synchronized(console));
        var stopping = portal.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

        var replaced = await target.RunAsync(RestoreCommand.Word, file, "--replace");

        Assert.True(replaced.Code == 0, replaced.Output + replaced.Errors);
        Assert.True(stopping.IsCancellationRequested);
        Assert.StartsWith("The portal stops. A restore of ", console.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restore_that_was_killed_half_way_is_run_again_and_all_is_there()
    {
        var source = new Commands(stack);
        var storage = await source.PrepareAsync();
        for (var hundred = 0; hundred < 60; hundred++)
        {
            await storage.Certificates.SubmitTransactionAsync(Enumerable.Range(0, 100).Select(
                number => new TableTransactionAction(
                    TableTransactionActionType.Add, new TableEntity("o", $"{hundred:D2}-{number:D2}") { ["Text"] = new string('x', 500) })));
        }

        var file = await source.BackupAsync();
        var target = new Commands(stack);
        var start = new ProcessStartInfo(
            "dotnet", [typeof(RestoreCommand).Assembly.Location, RestoreCommand.Word, file, "--passphrase-file", target.PassphraseFile])
        {
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in target.AllSettings)
        {
            start.Environment[name] = value;
        }

        using (var restore = Process.Start(start)!)
        {
            while (!restore.HasExited && !await HasRowsAsync(target))
            {
                await Task.Delay(5);
            }

            restore.Kill();
            await restore.WaitForExitAsync();
        }

        var left = (await target.RowsAsync("Certificates")).Count;
        var mark = await target.Table(StoredParts.RestoreTable).GetEntityAsync<TableEntity>("restore", "restore");
        mark.Value["LastSign"] = DateTimeOffset.UtcNow.AddMinutes(-1);
        await target.Table(StoredParts.RestoreTable).UpdateEntityAsync(mark.Value, ETag.All);
        var again = await target.RunAsync(RestoreCommand.Word, file);

        Assert.InRange(left, 1, 5_999);
        Assert.True(again.Code == 0, again.Output + again.Errors);
        Assert.Equal(6_000, (await target.RowsAsync("Certificates")).Count);
        Assert.Null(await new UnfinishedRestore(target.Parts, TimeProvider.System).FindAsync(default));
    }

    private static async Task<bool> HasRowsAsync(Commands target) =>
        (await target.Parts.ListTablesAsync(default)).Contains("Certificates")
            && (await target.Parts.ListContentAsync(default)).Contains($"table {target.Prefix}Certificates");
}
