using System.Diagnostics;
using System.Globalization;
using Azure.Data.Tables;
using Ssp.Audit;
using Ssp.Backup;
using Ssp.Certificates;
using Ssp.Entrance;
using Ssp.Settings;
using Ssp.Tests.Backup;
using Ssp.Tests.Storage;
using Ssp.Tests.Support;

namespace Ssp.Tests.CommandLine;

/// <summary>What may stand behind the program's name, and how a command ends before its end.</summary>
[Trait("Run", "full")]
public sealed class PortalCommandsTests(Stack stack)
{
    private static readonly string[] Words =
    [
        VerifyCommand.Word, RenewKeysCommand.Word, BackupCommand.Word, BackupKeysCommand.Word, VerifyBackupCommand.Word,
        RestoreCommand.Word, RestoreKeysCommand.Word,
    ];

    [Theory]
    [InlineData()]
    [InlineData("--StoragePrefix=ssp")]
    [InlineData("--StoragePrefix", "backup")]
    [InlineData(
        "--host", "127.0.0.1", "--port", "1234", "--workerId", "x", "--requestId", "y", "--grpcMaxMessageLength", "2147483647",
        "--functions-uri", "http://127.0.0.1:1234/",
        "--functions-worker-id", "x", "--functions-request-id", "y", "--functions-grpc-max-message-length", "2147483647")]
    [InlineData("--urls=http://127.0.0.1:0", "--host", "backup", "--help")]
    public async Task Without_a_command_the_portal_is_served_with_all_that_was_said(params string[] args)
    {
        string[]? served = null;

        var (code, output, errors) = await RunAsync(args, rest =>
        {
            served = rest;
            return Task.FromResult(7);
        });

        Assert.Equal((7, "", ""), (code, output, errors));
        Assert.Equal(args, served);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("help")]
    [InlineData("--StoragePrefix=ssp", "--help")]
    public async Task The_help_lists_every_command_with_a_sentence(params string[] args)
    {
        var (code, output, errors) = await RunAsync(args);

        Assert.Equal((0, ""), (code, errors));
        Assert.All(Words, word => Assert.Matches($@"(?m)^  {word}( <\w+>)? +[A-Z].+\.$", output));
    }

    [Theory]
    [InlineData("backup", "--help")]
    [InlineData("backup", "FILE", "--StoragePrefix=ssp", "-h")]
    [InlineData("help", "backup")]
    public async Task The_help_of_a_command_tells_what_it_takes(params string[] args)
    {
        var (code, output, _) = await RunAsync(args);

        Assert.Equal(0, code);
        Assert.Contains(" backup <FILE> [options]", output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^  --passphrase-file <PATH> \(REQUIRED\) +[A-Z].+\.$", output);
    }

    [Theory]
    [InlineData("bakup")]
    [InlineData("Backup", "FILE", "--passphrase-file", "PATH")]
    [InlineData("--StoragePrefix=ssp", "bakup", "--AzureWebJobsStorage=x")]
    [InlineData("verify")]
    public async Task A_word_that_is_no_command_is_an_error_that_names_the_right_ones(params string[] args)
    {
        var (code, output, errors) = await RunAsync(args);

        Assert.Equal((64, ""), (code, output));
        Assert.StartsWith(
            $"There is no command {args.First(word => !word.StartsWith('-'))}. There are: {string.Join(", ", Words)}.", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Not understood: --replace", "backup", "--replace", "FILE", "--passphrase-file", "PATH")]
    [InlineData("Not understood: yes", "restore", "FILE", "--passphrase-file", "PATH", "--replace=yes")]
    [InlineData("Not understood: -x", "verify-audit", "-x")]
    [InlineData("Not understood: now", "renew-keys", "now")]
    [InlineData("Usage: restore FILE --passphrase-file PATH [--replace]", "restore", "FILE", "--passphrase-file", "")]
    [InlineData("Usage: verify-audit [HEAD …]", "verify-audit", "--all")]
    public async Task What_a_command_does_not_take_is_named(string said, params string[] args)
    {
        var (code, output, errors) = await RunAsync(args);

        Assert.Equal((64, ""), (code, output));
        Assert.Contains(said, errors.Split('\n'));
    }

    [Fact]
    public async Task Wrong_settings_are_told_in_a_sentence_whatever_was_to_be_done()
    {
        var (code, _, errors) = await RunAsync([VerifyCommand.Word, "--KeysFolder=keys"]);

        Assert.Equal(78, code);
        Assert.StartsWith("The portal cannot start. The setting ", errors, StringComparison.Ordinal);
        var served = await RunAsync([], _ => throw new SettingsException("It is so."));
        Assert.Equal((78, "The portal cannot start. It is so.\n"), (served.Code, served.Errors));
    }

    [Fact]
    public async Task The_program_does_what_its_arguments_say()
    {
        using var help = Start(["--help"], []);
        using var mistyped = Start(["bakup"], []);
        await Task.WhenAll(help.WaitForExitAsync(), mistyped.WaitForExitAsync());

        Assert.Equal((0, 64), (help.ExitCode, mistyped.ExitCode));
        Assert.StartsWith("There is no command bakup.", await mistyped.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_backup_that_is_broken_off_leaves_nothing_behind(string signal, int code)
    {
        var source = new Commands(stack);
        await source.PrepareAsync();
        await using var slow = await TroubledStorage.StartAsync(stack.Storage);
        slow.Trouble = Trouble.Slow;
        var file = source.NewFile();
        using var backup = Start(
            [BackupCommand.Word, file, "--passphrase-file", source.PassphraseFile],
            new(source.AllSettings) { ["AzureWebJobsStorage"] = slow.ConnectionString });
        while (!File.Exists($"{file}.rows") && !backup.HasExited)
        {
            await Task.Delay(20);
        }

        var errors = await BreakOffAsync(backup, signal);

        Assert.Equal(code, backup.ExitCode);
        Assert.Equal("Broken off: backup", errors.Trim());
        Assert.Empty(Directory.GetFiles(source.Folder, $"{Path.GetFileName(file)}*"));
    }

    [Fact]
    public async Task A_restore_that_is_broken_off_half_way_says_so_and_is_run_again_at_once()
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
        using var restore = Start([RestoreCommand.Word, file, "--passphrase-file", target.PassphraseFile], target.AllSettings);
        while (!restore.HasExited && !(await target.Parts.ListContentAsync(default)).Contains($"table {target.Prefix}Certificates"))
        {
            await Task.Delay(5);
        }

        var errors = await BreakOffAsync(restore, "INT");
        var again = await target.RunAsync(RestoreCommand.Word, file);

        Assert.Equal(130, restore.ExitCode);
        Assert.Equal("Broken off: restore", errors.Trim());
        Assert.EndsWith(
            "The restore is not finished, and no portal starts on this storage until it is: run it again.\n",
            await restore.StandardOutput.ReadToEndAsync(),
            StringComparison.Ordinal);
        Assert.True(again.Code == 0, again.Output + again.Errors);
        Assert.Equal(6_000, (await target.RowsAsync("Certificates")).Count);
    }

    [Fact]
    public async Task A_restore_that_is_broken_off_before_it_removes_anything_leaves_storage_as_it_was()
    {
        var source = new Commands(stack);
        await source.PrepareAsync();
        var file = await source.BackupAsync();
        var target = new Commands(stack);
        var storage = await target.PrepareAsync();
        await storage.Organizations.AddEntityAsync(new TableEntity("newer", "organization"));
        using var restore = Start([RestoreCommand.Word, file, "--passphrase-file", target.PassphraseFile, "--replace"], target.AllSettings);
        while (!restore.HasExited && await restore.StandardOutput.ReadLineAsync() is { } line && !line.StartsWith("Waiting", StringComparison.Ordinal))
        {
        }

        await BreakOffAsync(restore, "INT");

        Assert.Equal(130, restore.ExitCode);
        Assert.Equal("Nothing was changed.\n", await restore.StandardOutput.ReadToEndAsync());
        Assert.Equal("newer", Assert.Single(await target.RowsAsync("Organizations")).PartitionKey);
        Assert.Null(await new UnfinishedRestore(target.Parts, TimeProvider.System).FindAsync(default));
    }

    private static async Task<Outcome> RunAsync(string[] args, Func<string[], Task<int>>? serve = null)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await PortalCommands.RunAsync(args, serve ?? (_ => throw new InvalidOperationException("It was served.")), output, errors);
        return new Outcome(code, output.ToString(), errors.ToString());
    }

    private static Process Start(string[] args, Dictionary<string, string> settings)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(PortalCommands).Assembly.Location, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <returns>What it told about that.</returns>
    private static async Task<string> BreakOffAsync(Process program, string signal)
    {
        using (var kill = Process.Start("kill", [$"-{signal}", program.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        await program.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        return await program.StandardError.ReadToEndAsync();
    }
}
