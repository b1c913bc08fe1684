using System.Security.Cryptography;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Audit;
using Ssp.Backup;
using Ssp.Tests.Audit;
using Ssp.Tests.Support;

namespace Ssp.Tests.Backup;

/// <summary>What a restore writes, and when it refuses.</summary>
public sealed class RestoreTests(Stack stack)
{
    private static readonly DateTimeOffset Time = new(2026, 11, 25, 12, 34, 56, TimeSpan.Zero);

    [Fact]
    public async Task Every_type_of_value_comes_back_as_it_was()
    {
        var source = new Commands(stack);
        await source.PrepareAsync();
        var values = new Dictionary<string, object>
        {
            ["Text"] = "Café \"é\" \\ \n\t\u0001 ✓ 𝄞",
            ["Empty"] = "",
            ["Odd"] = "Edm.Int64",
            ["Yes"] = true,
            ["No"] = false,
            ["Small"] = int.MinValue,
            ["Large"] = long.MaxValue,
            ["LargeAndSmall"] = 5L,
            ["Part"] = 0.1 + 0.2,
            ["Whole"] = 5.0,
            ["Tiny"] = double.Epsilon,
            ["At"] = Time.AddTicks(1_234_567),
            ["Id"] = Guid.NewGuid(),
            ["Bytes"] = RandomNumberGenerator.GetBytes(1000),
        };
        await source.Table("Organizations").AddEntityAsync(new TableEntity(new Dictionary<string, object>(values)) { PartitionKey = "Ünïcode ", RowKey = "é" });

        var target = await RestoredAsync(source);

        var row = Assert.Single(await target.RowsAsync("Organizations"));
        Assert.Equal(("Ünïcode ", "é"), (row.PartitionKey, row.RowKey));
        Assert.All(values, one => Assert.Equal(one.Value, row[one.Key]));
        Assert.Equal(
            values.Keys.Order(),
            row.Keys.Where(name => !name.StartsWith("odata", StringComparison.Ordinal)).Except(["PartitionKey", "RowKey", "Timestamp"]).Order());
    }

    [Fact]
    public async Task Partitions_larger_than_a_transaction_and_rows_as_large_as_they_may_be_come_back()
    {
        var source = new Commands(stack);
        await source.PrepareAsync();
        var table = source.Table("Certificates");
        for (var hundred = 0; hundred < 3; hundred++)
        {
            await table.SubmitTransactionAsync(Enumerable.Range(0, 100).Select(
                number => new TableTransactionAction(
                    TableTransactionActionType.Add, new TableEntity("many", $"{hundred}-{number:D2}") { ["Number"] = number })));
        }

        foreach (var number in Enumerable.Range(0, 8))
        {
            var large = new TableEntity("large", $"{number}");
            foreach (var column in Enumerable.Range(0, 15))
            {
                large[$"C{column}"] = new string((char)('é' + number), 30_000);
            }

            await table.AddEntityAsync(large);
        }

        var target = await RestoredAsync(source);

        string TextOf(TableEntity row) => string.Join(
            '|',
            row.Where(one => one.Key != "Timestamp" && !one.Key.StartsWith("odata", StringComparison.Ordinal))
                .OrderBy(one => one.Key)
                .Select(one => one.Value));
        Assert.Equal((await source.RowsAsync("Certificates")).Select(TextOf), (await target.RowsAsync("Certificates")).Select(TextOf));
    }

    [Fact]
    public async Task Sessions_counts_and_notes_stay_behind_and_access_that_was_open_is_closed()
    {
        var source = new Commands(stack);
        var storage = await source.PrepareAsync();
        await storage.Sessions.AddEntityAsync(new TableEntity("a", "s") { ["Stamp"] = "stamp" });
        await storage.SignInFailures.AddEntityAsync(new TableEntity("a", "all-places") { ["Count"] = 3 });
        await storage.Accounts.AddEntityAsync(new TableEntity("changes", "changes") { ["Version"] = "v" });
        await storage.Accounts.AddEntityAsync(AccountOf("own", new DateTimeOffset(1601, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        await storage.Accounts.AddEntityAsync(AccountOf("temporary", DateTimeOffset.UtcNow.AddDays(3)));
        await storage.Accounts.AddEntityAsync(AccountOf("expired", Time.AddYears(-1)));

        var target = await RestoredAsync(source);

        Assert.Empty(await target.RowsAsync("Sessions"));
        Assert.Empty(await target.RowsAsync("SignInFailures"));
        var accounts = (await target.RowsAsync("Accounts")).ToDictionary(row => row.PartitionKey);
        Assert.Equal(["expired", "own", "temporary"], accounts.Keys.Order());
        Assert.All(accounts.Values, row => Assert.NotEqual("stamp", row.GetString("SessionStamp")));
        Assert.Equal("hash", accounts["own"].GetString("PasswordHash"));
        Assert.NotEqual("hash", accounts["temporary"].GetString("PasswordHash"));
        Assert.NotEqual("hash", accounts["expired"].GetString("PasswordHash"));
        Assert.InRange(accounts["temporary"].GetDateTimeOffset("TemporaryUntil")!.Value, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow);
        Assert.Equal(Time.AddYears(-1), accounts["expired"].GetDateTimeOffset("TemporaryUntil"));

        static TableEntity AccountOf(string id, DateTimeOffset until) => new(id, "account")
        {
            ["PasswordHash"] = "hash",
            ["SessionStamp"] = "stamp",
            ["TemporaryUntil"] = until,
        };
    }

    [Fact]
    public async Task Without_the_keys_it_says_so_and_they_can_be_restored_afterwards()
    {
        var source = new Commands(stack);
        string keysFile;
        string file;
        string certificate;
        await using (var portal = await source.StartAsync())
        {
            var (organization, cato) = await Ssp.Tests.Certificates.Uploads.HospitalAsync(portal);
            certificate = (await Ssp.Tests.Certificates.Uploads.AddCertificateAsync(cato, organization, Ssp.Tests.Certificates.Uploads.Good(organization)))
                .GetProperty("id")
                .GetString()!;
            file = await source.BackupAsync();
            keysFile = source.NewFile();
            Assert.Equal(0, (await source.RunAsync(BackupKeysCommand.Word, keysFile)).Code);
        }

        var target = new Commands(stack);
        var wrongKind = await target.RunAsync(RestoreCommand.Word, keysFile);
        var wrongKeys = await target.RunAsync(RestoreKeysCommand.Word, file);
        var restored = await target.RunAsync(RestoreCommand.Word, file);
        var keys = await target.RunAsync(RestoreKeysCommand.Word, keysFile);
        var twice = await target.RunAsync(RestoreKeysCommand.Word, keysFile);
        var needed = (await source.RunAsync(VerifyBackupCommand.Word, file)).Output.Split('\n')
            .Single(line => line.StartsWith("needs the key ", StringComparison.Ordinal))[^36..];
        var held = (await source.RunAsync(VerifyBackupCommand.Word, keysFile)).Output;
        var added = Directory.GetFiles(target.Keys, $"key-{needed}.xml").Single();
        File.AppendAllText(added, " ");
        var other = await target.RunAsync(RestoreKeysCommand.Word, keysFile);

        Assert.Equal((1, "This is a backup of keys: use restore-keys."), (wrongKind.Code, wrongKind.Errors.Trim()));
        Assert.Equal((1, "This is a backup of storage: use restore."), (wrongKeys.Code, wrongKeys.Errors.Trim()));
        Assert.Equal(1, restored.Code);
        Assert.Contains(
            $"KEYS MISSING: 1 certificates cannot be opened, because their keys are not in {target.Keys}.", restored.Output, StringComparison.Ordinal);
        Assert.Equal((0, $"1 keys were added to {target.Keys}; 0 were there already."), (keys.Code, keys.Output.Trim()));
        Assert.Equal((0, $"0 keys were added to {target.Keys}; 1 were there already."), (twice.Code, twice.Output.Trim()));
        Assert.Contains($"holds the key {needed}", held, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(added));
        Assert.Equal(1, other.Code);
        Assert.StartsWith($"{added} is there with another content.", other.Errors, StringComparison.Ordinal);
        Assert.NotEmpty(certificate);
    }

    [Fact]
    public async Task A_certificate_in_the_folder_of_hd4dp_that_the_restored_portal_does_not_know_is_named()
    {
        var source = new Commands(stack);
        await source.PrepareAsync();
        var file = await source.BackupAsync();
        var folder = stack.NewFolder("hd4dp");
        await File.WriteAllTextAsync(Path.Combine(folder, "NIHII-HOSPITAL=71000436 20261125-101010.p12"), "");
        await File.WriteAllTextAsync(Path.Combine(folder, "readme.txt"), "");

        var target = new Commands(stack);
        var restored = await target.RunAsync(RestoreCommand.Word, file, $"--CertificateDeliveryFolder={folder}");

        Assert.Equal(1, restored.Code);
        Assert.Single(restored.Output.Split('\n'),
            line => line.StartsWith($"UNKNOWN FILE: {folder}/NIHII-HOSPITAL=71000436 20261125-101010.p12 ", StringComparison.Ordinal));
        Assert.DoesNotContain("readme", restored.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_audit_trail_goes_on_after_its_last_event_and_what_was_broken_stays_broken()
    {
        var source = new Commands(stack);
        await source.PrepareAsync();
        var organization = Guid.NewGuid().ToString("N");
        using (var host = source.Build())
        {
            var store = host.Services.GetRequiredService<AuditStore>();
            for (var number = 1; number <= 30; number++)
            {
                await store.AppendAsync(OwnTrail.Somebody, new AuditAction("member_added", $"object {number}", organization), AuditResult.Done);
            }
        }

        var good = await RestoredAsync(source);
        using (var host = good.Build())
        {
            await host.Services.GetRequiredService<AuditStore>()
                .AppendAsync(OwnTrail.Somebody, new AuditAction("member_added", "object 31", organization), AuditResult.Done);
            var report = await host.Services.GetRequiredService<AuditCheck>().CheckAsync(organization, default);
            Assert.Equal((31L, null), (report.Events, report.FirstBreak));
        }

        // Somebody cuts off the trail: the head goes back, the events after it stay.
        var head = (await source.Table("Audit").GetEntityAsync<TableEntity>(organization, "head")).Value;
        (head["Count"], head["Hash"]) = (20L, (await source.Table("Audit").GetEntityAsync<TableEntity>(organization, OwnTrail.KeyOf(20))).Value["Hash"]);
        await source.Table("Audit").UpdateEntityAsync(head, ETag.All);
        var file = source.NewFile();
        var made = await source.RunAsync(BackupCommand.Word, file);
        Assert.Equal(1, made.Code);
        Assert.Contains($"BROKEN: audit trail {organization} at event 21: ", made.Output, StringComparison.Ordinal);

        var bad = new Commands(stack);
        Assert.Equal(1, (await bad.RunAsync(RestoreCommand.Word, file)).Code);
        using (var host = bad.Build())
        {
            Assert.Equal(
                new ChainBreak(organization, 21, BreakKind.Truncated),
                (await host.Services.GetRequiredService<AuditCheck>().CheckAsync(organization, default)).FirstBreak);
        }
    }

    private async Task<Commands> RestoredAsync(Commands source)
    {
        var target = new Commands(stack);
        var restored = await target.RunAsync(RestoreCommand.Word, await source.BackupAsync());
        Assert.True(restored.Code == 0, restored.Output + restored.Errors);
        return target;
    }
}
