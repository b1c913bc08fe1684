using System.Text;

namespace Ssp.Backup;

/// <summary>
/// The passphrase of a backup: the first line of a file, as gpg --passphrase-file reads it. Never on the command line, where every account of the
/// machine could read it.
/// </summary>
public static class Passphrase
{
    private const int MinCharacters = 12;
    private const int MaxBytes = 4 * 1024;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <exception cref="BackupException">There is none, others can read it, or it is too short.</exception>
    public static byte[] Read(string path)
    {
        var text = ReadText(path);
        var lines = text.Split('\n').Select(line => line.TrimEnd('\r')).ToList();
        // More lines may be a key or a list by mistake, of which only the first would count.
        if (lines.Skip(1).Any(line => line.Length > 0))
        {
            throw new BackupException($"The file of the passphrase must hold one line: {path}");
        }

        if (lines[0].Length < MinCharacters)
        {
            throw new BackupException($"The passphrase must have at least {MinCharacters} characters: {path}");
        }

        return Encoding.UTF8.GetBytes(lines[0]);
    }

    private static string ReadText(string path)
    {
        try
        {
            // On Windows the file's own access list decides, and there is no such mode.
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
            {
                throw new BackupException($"Other accounts of this machine can read the passphrase: chmod 600 {path}");
            }

            if (new FileInfo(path).Length > MaxBytes)
            {
                throw new BackupException($"The file of the passphrase is too long: {path}");
            }

            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path)).TrimStart('\uFEFF');
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BackupException($"The file of the passphrase cannot be read: {path}");
        }
        catch (DecoderFallbackException)
        {
            throw new BackupException($"The passphrase must be text in UTF-8: {path}");
        }
    }
}
