using System.CommandLine;
using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Audit;
using Ssp.Backup;
using Ssp.Certificates;
using Ssp.Settings;

namespace Ssp.Entrance;

/// <summary>
/// The words a person may put behind the program's name: each makes it do one thing and end. Without such a word the portal is served. Settings may stand
/// anywhere, as --Name=value.
/// </summary>
public static class PortalCommands
{
    // By sysexits.h.
    private const int WrongUsage = 64;
    private const int WrongSettings = 78;

    // What a shell says of a program that a signal ended.
    private const int Interrupted = 130;
    private const int Terminated = 143;

    /// <param name="serve">Serves the portal, with all arguments, until it is told to stop; its answer is the exit code.</param>
    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync(string[] args, Func<string[], Task<int>> serve) => RunAsync(args, serve, Console.Out, Console.Error);

    public static async Task<int> RunAsync(string[] args, Func<string[], Task<int>> serve, TextWriter output, TextWriter errors)
    {
        string[] settings = [.. args.Where(IsSetting)];
        string[] words = [.. args.Where(word => !IsSetting(word))];
        try
        {
            return words switch
            {
                ["help", .. var asked] => await RunCommandAsync([.. asked, "--help"], settings, output, errors),
                ["--help" or "-h" or "--version", ..] => await RunCommandAsync(words, settings, output, errors),
                // A Functions host says where it is in arguments that begin like this; they are not ours to judge.
                [] or [['-', ..], ..] => await serve(args),
                _ => await RunCommandAsync(words, settings, output, errors),
            };
        }
        catch (SettingsException mistake)
        {
            await errors.WriteLineAsync($"The portal cannot start. {mistake.Message}");
            return WrongSettings;
        }
    }

    private static bool IsSetting(string word) =>
        word.StartsWith("--", StringComparison.Ordinal) && word.Contains('=', StringComparison.Ordinal) && !BackupWords.IsOption(word.Split('=')[0]);

    private static async Task<int> RunCommandAsync(string[] words, string[] settings, TextWriter output, TextWriter errors)
    {
        var commands = Describe(settings);
        // Without the library's files of more arguments: a file's name may begin with @.
        var parsed = commands.Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var unknown = ListUnknown(parsed, words);
        if (parsed.Errors.Count > 0 || unknown.Count > 0)
        {
            await errors.WriteLineAsync(Explain(parsed.CommandResult.Command, words[0], unknown));
            return WrongUsage;
        }

        // Not disposed of: a signal may come in the moment in which the command ends.
        var stop = new CancellationTokenSource();
        int? signalled = null;
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var code = 1;
        try
        {
            // The signals are our own: the library would wait two seconds for the end, and a backup that is being removed may need more.
            code = await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = output,
                    Error = errors,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                },
                stop.Token);
        }
        catch (BackupException refused)
        {
            await errors.WriteLineAsync(refused.Message);
        }
        catch (OperationCanceledException) when (signalled is not null)
        {
            await errors.WriteLineAsync($"Broken off: {parsed.CommandResult.Command.Name}");
        }

        return code == 0 ? code : signalled ?? code;

        void Stop(PosixSignalContext signal)
        {
            // Who sends a second one does not want to wait.
            signal.Cancel = signalled is null;
            signalled ??= signal.Signal == PosixSignal.SIGINT ? Interrupted : Terminated;
            _ = stop.CancelAsync();
        }
    }

    private static RootCommand Describe(string[] settings)
    {
        var heads = new Argument<string[]>("HEAD")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description = "What an earlier check printed behind the word head, and you kept elsewhere: it must still stand in its chain.",
        };
        return new RootCommand(
            "The HD4DP self-service portal. Without a command it is served until it is told to stop. "
            + "Settings come from the environment, or as --Name=value behind any command.")
        {
            With<VerifyCommand>(
                settings, new Command(VerifyCommand.Word, "Checks the audit trail and prints one line for each of its chains.") { heads },
                (command, words, output, errors, cancel) => command.RunAsync(words.GetValue(heads) ?? [], output, errors, cancel)),
            With<RenewKeysCommand>(
                settings, new Command(RenewKeysCommand.Word, "Makes a new key and seals every certificate anew under it."),
                (command, _, output, errors, cancel) => command.RunAsync(output, errors, cancel)),
            With<BackupCommand>(
                settings,
                BackupWords.Describe(
                    BackupCommand.Word,
                    "Writes everything in storage into an encrypted file, while the portal runs.",
                    "The file to write; there must be none of this name."),
                (command, words, output, errors, cancel) => command.RunAsync(BackupWords.Of(words), output, errors, cancel)),
            With<BackupKeysCommand>(
                settings,
                BackupWords.Describe(
                    BackupKeysCommand.Word,
                    "Writes the keys into an encrypted file of their own, to be kept elsewhere.",
                    "The file to write; there must be none of this name."),
                (command, words, output, errors, cancel) => command.RunAsync(BackupWords.Of(words), output, errors, cancel)),
            Do(
                BackupWords.Describe(
                    VerifyBackupCommand.Word,
                    "Reads a backup to its end and tells what is in it and whether it is whole. Needs no settings.",
                    "The backup."),
                (words, output, errors, cancel) => VerifyBackupCommand.RunAsync(BackupWords.Of(words), output, errors, cancel)),
            With<RestoreCommand>(
                settings,
                BackupWords.Describe(
                    RestoreCommand.Word, "Puts a backup into an empty storage; the portal must not run.", "The backup.", mayReplace: true),
                (command, words, output, errors, cancel) => command.RunAsync(BackupWords.Of(words), output, errors, cancel)),
            With<RestoreKeysCommand>(
                settings, BackupWords.Describe(RestoreKeysCommand.Word, "Adds the keys of a backup to those in the folder of the keys.", "The backup of keys."),
                (command, words, output, errors, cancel) => command.RunAsync(BackupWords.Of(words), output, errors, cancel)),
        };
    }

    /// <summary>Has the command run by a part of the portal.</summary>
    private static Command With<TPart>(string[] settings, Command command, Func<TPart, ParseResult, TextWriter, TextWriter, CancellationToken, Task<int>> run)
        where TPart : notnull =>
        Do(command, async (words, output, errors, cancel) =>
        {
            // Built, never started: nothing listens, no host is needed, and it may be done beside the running portal.
            using var parts = Portal.CreateBuilder(settings).Build();
            return await run(parts.Services.GetRequiredService<TPart>(), words, output, errors, cancel);
        });

    private static Command Do(Command command, Func<ParseResult, TextWriter, TextWriter, CancellationToken, Task<int>> run)
    {
        command.SetAction((words, cancel) => run(words, words.InvocationConfiguration.Output, words.InvocationConfiguration.Error, cancel));
        return command;
    }

    // The library takes an option that it does not know for an argument, for instance for the name of the file.
    private static IReadOnlyList<string> ListUnknown(ParseResult parsed, string[] words)
    {
        var options = parsed.CommandResult.Command.Options
            .Concat(parsed.RootCommandResult.Command.Options)
            .SelectMany(option => option.Aliases.Append(option.Name))
            .ToHashSet();
        var others = words.Where(word => word.StartsWith('-') && !options.Contains(word.Split('=')[0])).ToList();
        return others.Count > 0 ? others : parsed.UnmatchedTokens;
    }

    private static string Explain(Command command, string word, IReadOnlyList<string> unknown) => command is RootCommand
        ? $"There is no command {word}. There are: {string.Join(", ", command.Subcommands.Select(one => one.Name))}. "
            + "What each does is told by --help; without one the portal is served."
        : string.Concat(unknown.Select(one => $"Not understood: {one}{Environment.NewLine}")) + UsageOf(command);

    private static string UsageOf(Command command)
    {
        var arguments = command.Arguments.Select(argument => argument.Arity.MinimumNumberOfValues > 0 ? argument.Name : $"[{argument.Name} …]");
        var options = command.Options.Select(option => option.Required ? $"{option.Name} {option.HelpName}" : $"[{option.Name}]");
        return $"Usage: {string.Join(' ', [command.Name, .. arguments, .. options])}";
    }
}
