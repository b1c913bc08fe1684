using System.Globalization;
using Ssp.Storage;

namespace Ssp.Certificates;

/// <summary>
/// A new key on the command line, for when somebody may have seen the old ones: makes it and seals every file anew under it. May run beside the
/// portal, and again after it was broken off. The old keys stay in the folder: copies in backups are sealed under them.
/// </summary>
public sealed class RenewKeysCommand(Seals seals, CertificateFiles files)
{
    /// <summary>The word after the program's name.</summary>
    public const string Word = "renew-keys";

    /// <returns>The exit code: 0 when every file is sealed under the new key, 1 when one could not be opened or storage does not answer.</returns>
    public async Task<int> RunAsync(TextWriter output, TextWriter errors, CancellationToken cancel)
    {
        try
        {
            seals.RenewKey();
            var done = 0;
            var failed = 0;
            await foreach (var (organization, certificate, fault) in files.SealAllAnewAsync(cancel))
            {
                if (fault is null)
                {
                    done++;
                    continue;
                }

                failed++;
                var why = fault == SealFault.KeyMissing ? "its key is not in the folder" : "changed, or of another record";
                await output.WriteLineAsync($"NOT OPENED: organisation {organization}, certificate {certificate}: {why}");
            }

            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"A new key was made; {done} files are sealed under it, {failed} could not be opened."));
            return failed == 0 ? 0 : 1;
        }
        catch (Exception error) when (error.IsOfStorage())
        {
            await errors.WriteLineAsync($"Storage does not answer; run it again: {error.Message.Split('\n')[0].Trim()}");
            return 1;
        }
    }
}
