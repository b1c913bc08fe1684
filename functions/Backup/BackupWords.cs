namespace Ssp.Backup;

/// <summary>What stands behind the word of a command.</summary>
/// <param name="File">The archive.</param>
/// <param name="Passphrase">See <see cref="Backup.Passphrase"/>.</param>
/// <param name="Replaces">Whether the switch --replace was given.</param>
public sealed record BackupWords(string File, byte[] Passphrase, bool Replaces)
{
    /// <summary>The exit code of a command that was not understood, by sysexits.h.</summary>
    public const int WrongUsage = 64;

    private const string PassphraseFile = "--passphrase-file";
    private const string Replace = "--replace";

    /// <param name="words">Settings such as --StoragePrefix=ssp may stand among them.</param>
    /// <returns>Null when they are not understood; then <paramref name="errors"/> were told how the command is used.</returns>
    /// <exception cref="BackupException">The passphrase cannot be used.</exception>
    public static BackupWords? Read(string command, IReadOnlyList<string> words, TextWriter errors, bool mayReplace = false)
    {
        string? file = null;
        string? passphraseFile = null;
        var replaces = false;
        for (var place = 0; place < words.Count; place++)
        {
            var word = words[place];
            if (word == PassphraseFile && place + 1 < words.Count)
            {
                passphraseFile = words[++place];
            }
            else if (word.StartsWith(PassphraseFile + "=", StringComparison.Ordinal))
            {
                passphraseFile = word[(PassphraseFile.Length + 1)..];
            }
            else if (word == Replace && mayReplace)
            {
                replaces = true;
            }
            else if (!word.StartsWith('-') && file is null)
            {
                file = word;
            }
            else if (!(word.StartsWith("--", StringComparison.Ordinal) && word.Contains('=', StringComparison.Ordinal)))
            {
                errors.WriteLine($"Not understood: {word}");
                file = null;
                break;
            }
        }

        if (string.IsNullOrWhiteSpace(file) || string.IsNullOrWhiteSpace(passphraseFile))
        {
            errors.WriteLine($"Usage: {command} FILE {PassphraseFile} PATH{(mayReplace ? $" [{Replace}]" : "")}");
            return null;
        }

        return new BackupWords(Path.GetFullPath(file), Backup.Passphrase.Read(passphraseFile), replaces);
    }

    // A record would print its members, into a log say.
    public override string ToString() => nameof(BackupWords);
}
