using System.Diagnostics;
using System.Security.Cryptography;
using Azure.Data.Tables;
using Ssp.Backup;
using Ssp.Tests.Support;

namespace Ssp.Tests.Backup;

/// <summary>A storage with a row and a file, and its backup.</summary>
public sealed class OneBackup(Stack stack) : IAsyncLifetime
{
    public Commands Source { get; } = new(stack);

    public string File { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var storage = await Source.PrepareAsync();
        await storage.Organizations.AddEntityAsync(new TableEntity("o", "organization") { ["Title"] = "Sint-Elders" });
        await storage.ExportJobs.AddEntityAsync(new TableEntity("o", "job-1") { ["State"] = "Succeeded", ["BlobName"] = "o/1.csv" });
        await storage.ExportFiles.UploadBlobAsync("o/1.csv", BinaryData.FromBytes(RandomNumberGenerator.GetBytes(300_000)));
        File = await Source.BackupAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>The file: what it refuses, and that others can open it.</summary>
public sealed class ArchiveTests(Stack stack, OneBackup one) : IClassFixture<OneBackup>
{
    private readonly Commands source = one.Source;
    private readonly string file = one.File;

    [Fact]
    public async Task Another_passphrase_does_not_open_it()
    {
        var other = await source.RunWordsAsync(VerifyBackupCommand.Word, file, "--passphrase-file", source.PassphraseFileOf("een andere zin van zes woorden"));

        Assert.Equal((1, "", "The passphrase does not open the backup, or its beginning is damaged."), (other.Code, other.Output, other.Errors.Trim()));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.001)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.999)]
    [InlineData(1.0)]
    public async Task Cut_off_or_with_one_byte_changed_it_is_refused_and_nothing_is_restored(double place)
    {
        var whole = await File.ReadAllBytesAsync(file);
        var at = (int)((whole.Length - 1) * place);
        var cut = source.NewFile();
        await File.WriteAllBytesAsync(cut, whole[..at]);
        var changed = source.NewFile();
        whole[at] ^= 1;
        await File.WriteAllBytesAsync(changed, whole);
        var target = new Commands(stack);

        foreach (var damaged in (string[])[cut, changed])
        {
            var verified = await source.RunAsync(VerifyBackupCommand.Word, damaged);
            var restored = await target.RunAsync(RestoreCommand.Word, damaged);

            Assert.Equal((1, ""), (verified.Code, verified.Output));
            Assert.Matches("^The (backup|file|passphrase) .*(damaged|cut off|changed)", verified.Errors);
            Assert.Equal((1, verified.Errors), (restored.Code, restored.Errors));
        }

        Assert.Empty(await target.Parts.ListTablesAsync(default));
    }

    [Fact]
    public async Task What_is_no_backup_is_refused()
    {
        var text = source.NewFile();
        await File.WriteAllTextAsync(text, "Sint-Elders;71000436\n");

        var verified = await source.RunAsync(VerifyBackupCommand.Word, text);
        var absent = await source.RunAsync(VerifyBackupCommand.Word, source.NewFile());

        Assert.Equal((1, "The file is no backup of the portal, or its beginning is damaged."), (verified.Code, verified.Errors.Trim()));
        Assert.Equal(1, absent.Code);
        Assert.StartsWith("The backup cannot be read: ", absent.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_for_its_owner_only_and_never_replaces_a_file()
    {
        var again = await source.RunAsync(BackupCommand.Word, file);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal((1, $"There is {file} already; a backup never replaces a file."), (again.Code, again.Errors.Trim()));
        Assert.Equal([file], Directory.GetFiles(source.Folder).Where(path => path.StartsWith(file, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_passphrase_is_one_line_of_at_least_twelve_characters_that_others_cannot_read()
    {
        async Task<string> TryAsync(string path) => (await source.RunWordsAsync(BackupCommand.Word, source.NewFile(), "--passphrase-file", path)).Errors.Trim();
        var open = source.PassphraseFile;
        File.SetUnixFileMode(open, UnixFileMode.UserRead | UnixFileMode.GroupRead);

        Assert.StartsWith("The passphrase must have at least 12 characters", await TryAsync(source.PassphraseFileOf("elf letters")), StringComparison.Ordinal);
        Assert.StartsWith(
            "The file of the passphrase must hold one line",
            await TryAsync(source.PassphraseFileOf("een zin van zes woorden\nen nog een")),
            StringComparison.Ordinal);
        Assert.Equal($"Other accounts of this machine can read the passphrase: chmod 600 {open}", await TryAsync(open));
        Assert.StartsWith("The file of the passphrase cannot be read", await TryAsync(source.NewFile()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData()]
    [InlineData("FILE")]
    [InlineData("FILE", "--passphrase-file")]
    [InlineData("FILE", "OTHER", "--passphrase-file", "PATH")]
    [InlineData("FILE", "--replace", "--passphrase-file", "PATH")]
    [InlineData("--passphrase-file", "PATH")]
    public async Task Words_that_are_not_understood_are_answered_with_the_usage(params string[] words)
    {
        var outcome = await source.RunWordsAsync(BackupCommand.Word, words);

        Assert.Equal(64, outcome.Code);
        Assert.EndsWith("Usage: backup FILE --passphrase-file PATH\n", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_storage_without_a_portal_or_without_an_answer_makes_no_backup()
    {
        var nothing = new Commands(stack);
        var away = new Commands(
            stack, stack.Storage.Replace("TableEndpoint=http://127.0.0.1:", "TableEndpoint=http://127.0.0.1:1/x", StringComparison.Ordinal));

        var none = await nothing.RunAsync(BackupCommand.Word, nothing.NewFile());
        var silent = await away.RunAsync(BackupCommand.Word, away.NewFile());

        Assert.Equal((1, $"There is no portal in this storage under the prefix {nothing.Prefix}: nothing to back up."), (none.Code, none.Errors.Trim()));
        Assert.Equal(1, silent.Code);
        Assert.StartsWith("Storage does not answer; no backup was made: ", silent.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(away.Folder, "*.gpg*"));
    }

    [Fact]
    public async Task The_program_reads_it_without_settings()
    {
        var (code, output) = await RunProgramAsync(
            "dotnet", typeof(BackupCommand).Assembly.Location, VerifyBackupCommand.Word, file, "--passphrase-file", source.PassphraseFile);

        Assert.Equal(0, code);
        Assert.Contains($"storage of {source.Prefix} at ", output, StringComparison.Ordinal);
        Assert.Contains("table Organizations: 1 rows", output, StringComparison.Ordinal);
        Assert.Contains("container exports: 1 blobs", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gpg_and_tar_open_it_without_the_portal()
    {
        var home = stack.NewFolder("gnupg");
        var unpacked = stack.NewFolder("unpacked");
        var opening =
            $"gpg --homedir '{home}' --batch --quiet --pinentry-mode loopback --passphrase-file '{source.PassphraseFile}' --decrypt '{file}'"
            + $" | tar xz -C '{unpacked}'";

        var (code, _) = await RunProgramAsync("bash", "-o", "pipefail", "-c", opening);

        Assert.Equal(0, code);
        Assert.Contains(
            "\"Title\":\"Sint-Elders\"", await File.ReadAllTextAsync(Path.Combine(unpacked, "tables", "Organizations.jsonl")), StringComparison.Ordinal);
        Assert.Equal(300_000, new FileInfo(Path.Combine(unpacked, "blobs", "exports", "o", "1.csv")).Length);
        Assert.True(File.Exists(Path.Combine(unpacked, "manifest.json")));
    }

    private static async Task<(int Code, string Output)> RunProgramAsync(string program, params string[] words)
    {
        using var running = Process.Start(new ProcessStartInfo(program, words) { RedirectStandardOutput = true })!;
        var output = await running.StandardOutput.ReadToEndAsync();
        await running.WaitForExitAsync();
        return (running.ExitCode, output);
    }
}
