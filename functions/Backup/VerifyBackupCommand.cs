namespace Ssp.Backup;

/// <summary>
/// Reads a backup, of storage or of keys, from beginning to end and tells what is in it and whether it is whole. Needs nothing but the file and
/// its passphrase: neither storage nor settings.
/// </summary>
public static class VerifyBackupCommand
{
    /// <summary>The word after the program's name.</summary>
    public const string Word = "verify-backup";

    /// <returns>The exit code: 0 when all is in order, 1 when it is not or cannot be read.</returns>
    public static async Task<int> RunAsync(BackupWords words, TextWriter output, TextWriter errors, CancellationToken cancel)
    {
        try
        {
            var report = await BackupCheck.ReadAsync(words.File, words.Passphrase, cancel);
            foreach (var line in report.Lines())
            {
                await output.WriteLineAsync(line);
            }

            return report.Faults.Count == 0 ? 0 : 1;
        }
        catch (BackupException refused)
        {
            await errors.WriteLineAsync(refused.Message);
            return 1;
        }
    }
}
