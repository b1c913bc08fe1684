using System.CommandLine;
using System.CommandLine.Parsing;

namespace Ssp.Backup;

/// <summary>What stands behind the word of a command for backups.</summary>
/// <param name="File">The archive.</param>
/// <param name="Passphrase">See <see cref="Backup.Passphrase"/>.</param>
/// <param name="Replaces">Whether the switch --replace was given.</param>
public sealed record BackupWords(string File, byte[] Passphrase, bool Replaces)
{
    private const string FileArgument = "FILE";
    private const string PassphraseFileOption = "--passphrase-file";
    private const string ReplaceOption = "--replace";

    /// <summary>The command, as it is read and as its help tells it.</summary>
    /// <param name="file">What its file is, in a sentence.</param>
    public static Command Describe(string word, string sentence, string file, bool mayReplace = false)
    {
        var archive = new Argument<string>(FileArgument) { Description = file };
        var passphrase = new Option<string>(PassphraseFileOption)
        {
            Required = true,
            HelpName = "PATH",
            Description = "A file that holds the passphrase of the backup in one line, and that only its owner can read.",
        };
        archive.Validators.Add(RequireText);
        passphrase.Validators.Add(RequireText);
        var command = new Command(word, sentence) { archive, passphrase };
        if (mayReplace)
        {
            command.Add(new Option<bool>(ReplaceOption) { Arity = ArgumentArity.Zero, Description = "Remove what is in storage first, for good." });
        }

        return command;
    }

    /// <summary>Whether it is no setting, though it may be written like one.</summary>
    public static bool IsOption(string name) => name is PassphraseFileOption or ReplaceOption;

    /// <exception cref="BackupException">The passphrase cannot be used.</exception>
    public static BackupWords Of(ParseResult words) => new(
        Path.GetFullPath(words.GetRequiredValue<string>(FileArgument)),
        Backup.Passphrase.Read(words.GetRequiredValue<string>(PassphraseFileOption)),
        words.GetResult(ReplaceOption) is OptionResult { Implicit: false });

    // A record would print its members, into a log say.
    public override string ToString() => nameof(BackupWords);

    // A variable of a script that is not set.
    private static void RequireText(SymbolResult result)
    {
        if (result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
        {
            result.AddError("It is empty.");
        }
    }
}
