using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ssp.Backup;
using Ssp.Entrance;
using Ssp.Storage;
using Ssp.Tests.Support;

namespace Ssp.Tests.Backup;

/// <summary>What a command printed and how it ended.</summary>
public sealed record Outcome(int Code, string Output, string Errors);

/// <summary>A storage to back up or to restore into, and the commands of the portal on it, without a portal around them.</summary>
/// <param name="storage">Its connection string; null: that of all tests.</param>
public sealed class Commands(Stack stack, string? storage = null, string? keys = null)
{
    public const string PassphraseText = "een zin van zes woorden, ça va";

    private static readonly UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string Prefix { get; } = TestPortal.NewPrefix();

    public string Keys { get; } = keys ?? stack.NewFolder("keys");

    /// <summary>Where the backups of this test lie.</summary>
    public string Folder { get; } = stack.NewFolder("backups");

    public string PassphraseFile => PassphraseFileOf(PassphraseText);

    public Dictionary<string, string> Settings =>
        new() { ["AzureWebJobsStorage"] = storage ?? stack.Storage, ["StoragePrefix"] = Prefix, ["KeysFolder"] = Keys };

    /// <summary>With all that a portal needs beside them.</summary>
    public Dictionary<string, string> AllSettings
    {
        get
        {
            var all = new Dictionary<string, string>(Settings)
            {
                ["PublicUrl"] = "http://localhost/ssp",
                ["LocaldwhConnection"] = stack.Localdwh,
                ["NippinConnection"] = stack.Nippin,
            };
            return all;
        }
    }

    private IEnumerable<string> SettingsAsWords => AllSettings.Select(one => $"--{one.Key}={one.Value}");

    public StoredParts Parts => new(TestSettings.Of([.. Settings.Select(one => (one.Key, (string?)one.Value))]).Storage);

    public TableClient Table(string name) => Parts.Table(name);

    public string NewFile() => Path.Combine(Folder, $"{Guid.NewGuid():N}.gpg");

    public string PassphraseFileOf(string text)
    {
        var path = Path.Combine(Folder, $"{Guid.NewGuid():N}.passphrase");
        File.WriteAllText(path, text + "\n");
        File.SetUnixFileMode(path, OwnerOnly);
        return path;
    }

    /// <summary>Makes the tables, containers and queues.</summary>
    public async Task<PortalStorage> PrepareAsync()
    {
        var made = new PortalStorage(TestSettings.Of([.. Settings.Select(one => (one.Key, (string?)one.Value))]).Storage);
        await made.PrepareAsync(default);
        return made;
    }

    /// <param name="console">Gets what the portal tells outside of calls of functions.</param>
    public Task<TestPortal> StartAsync(Dictionary<string, string>? more = null, TextWriter? console = null) =>
        TestPortal.StartAsync(stack, Settings.Concat(more ?? []).ToDictionary(), builder => builder.Services.AddSingleton(console ?? TextWriter.Null));

    /// <summary>A backup that is in order.</summary>
    public async Task<string> BackupAsync()
    {
        var file = NewFile();
        var made = await RunAsync(BackupCommand.Word, file);
        Assert.True(made.Code == 0, made.Output + made.Errors);
        return file;
    }

    public Task<Outcome> RunAsync(string word, string file, params string[] more) => RunWordsAsync(word, [file, "--passphrase-file", PassphraseFile, .. more]);

    public async Task<Outcome> RunWordsAsync(string word, params string[] words)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await PortalCommands.RunAsync(
            [word, .. SettingsAsWords, .. words], _ => throw new InvalidOperationException("It is a command."), output, errors);
        return new Outcome(code, output.ToString(), errors.ToString());
    }

    /// <summary>The portal's parts, built and never started, as the program does for a command.</summary>
    public IHost Build(params string[] more)
    {
        var builder = Portal.CreateBuilder([.. SettingsAsWords, .. more]);
        builder.Logging.ClearProviders();
        return builder.Build();
    }

    public async Task<IReadOnlyList<TableEntity>> RowsAsync(string table)
    {
        var rows = new List<TableEntity>();
        await foreach (var row in Table(table).QueryAsync<TableEntity>())
        {
            rows.Add(row);
        }

        return rows;
    }
}
