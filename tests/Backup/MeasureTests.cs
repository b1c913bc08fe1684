using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Audit;
using Ssp.Backup;
using Ssp.Tests.Audit;
using Ssp.Tests.Support;

namespace Ssp.Tests.Backup;

/// <summary>
/// How long a backup and a restore take, and how much memory:
/// `dotnet tests/bin/Release/net10.0/Ssp.Tests.dll -class Ssp.Tests.Backup.MeasureTests -explicit only -showLiveOutput`.
/// The figures stand in infra/docs/backup.md.
/// </summary>
public sealed class MeasureTests(Stack stack, ITestOutputHelper output)
{
    private const int Organizations = 50;
    private const int Members = 2_000;
    private const int Events = 20_000;
    private const int ExportBytes = 50_000_000;

    [Theory(Explicit = true)]
    [InlineData(2)]
    [InlineData(20)]
    public async Task How_long_it_takes(int exports)
    {
        var source = new Commands(stack);
        await FillAsync(source, exports);
        var target = new Commands(stack);
        var file = source.NewFile();

        await MeasureAsync(source, BackupCommand.Word, file);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the file: {new FileInfo(file).Length / 1e6:F1} MB"));
        await MeasureAsync(source, VerifyBackupCommand.Word, file);
        await MeasureAsync(target, RestoreCommand.Word, file);
    }

    private static async Task FillAsync(Commands source, int exports)
    {
        var storage = await source.PrepareAsync();
        var organizations = Enumerable.Range(0, Organizations).Select(number => RandomNumberGenerator.GetHexString(32, lowercase: true)).ToList();
        await Parallel.ForAsync(0, Members, async (number, cancel) =>
        {
            var (account, organization) = (RandomNumberGenerator.GetHexString(64, lowercase: true), organizations[number % Organizations]);
            var row = new TableEntity(account, "account")
            {
                ["Email"] = $"m{number}@hospital.example",
                ["Serial"] = account[..32],
                ["PasswordHash"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(61)),
            };
            await storage.Accounts.AddEntityAsync(row, cancel);
            await storage.Memberships.AddEntityAsync(new TableEntity($"account-{account}", organization) { ["AccountSerial"] = account[..32] }, cancel);
            await storage.Memberships.AddEntityAsync(
                new TableEntity(organization, account)
                {
                    ["AccountSerial"] = account[..32],
                    ["Email"] = $"m{number}@hospital.example",
                    ["Roles"] = "nippin_manager",
                },
                cancel);
        });
        using (var host = source.Build())
        {
            var trail = host.Services.GetRequiredService<AuditStore>();
            await Parallel.ForAsync(0, Events, async (number, _) => await trail.AppendAsync(
                OwnTrail.Somebody, new AuditAction("member_added", $"m{number}@hospital.example", organizations[0]), AuditResult.Done));
        }

        // Half of it can be made smaller, about as with registrations.
        var content = RandomNumberGenerator.GetBytes(ExportBytes);
        foreach (var begin in Enumerable.Range(0, ExportBytes / 1000))
        {
            content.AsSpan(begin * 1000, 500).Fill((byte)';');
        }

        for (var number = 0; number < exports; number++)
        {
            await storage.ExportFiles.UploadBlobAsync($"{organizations[0]}/{number}-1.csv", BinaryData.FromBytes(content));
            await storage.ExportJobs.AddEntityAsync(
                new TableEntity(organizations[0], $"job-{number}") { ["State"] = "Succeeded", ["BlobName"] = $"{organizations[0]}/{number}-1.csv" });
        }
    }

    private async Task MeasureAsync(Commands commands, string word, string file)
    {
        var start = new ProcessStartInfo(
            "dotnet", [typeof(BackupCommand).Assembly.Location, word, file, "--passphrase-file", commands.PassphraseFile])
        {
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in commands.AllSettings)
        {
            start.Environment[name] = value;
        }

        var clockwork = Stopwatch.StartNew();
        using var program = Process.Start(start)!;
        var printed = program.StandardOutput.ReadToEndAsync();
        var peak = 0L;
        while (!program.HasExited)
        {
            program.Refresh();
            peak = Math.Max(peak, program.HasExited ? 0 : program.WorkingSet64);
            await Task.Delay(20);
        }

        Assert.True(program.ExitCode == 0, await printed);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{word}: {clockwork.Elapsed.TotalSeconds:F1} s, at most {peak / 1e6:F0} MB of memory"));
    }
}
