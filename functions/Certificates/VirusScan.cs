using System.ComponentModel;
using System.Diagnostics;

namespace Ssp.Certificates;

/// <summary>
/// Shows an uploaded file to the hospital's own virus scanner, where the setting CertificateScanCommand names one: the file comes on its standard input, and
/// only exit code 0 lets it pass. What cannot be asked is not let pass.
/// </summary>
public sealed class VirusScan(CertificateSettings settings)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <returns>Whether the scanner, if there is one, lets the file pass.</returns>
    /// <exception cref="IOException">The scanner could not be run, or took longer than a minute: later it may answer.</exception>
    public async Task<bool> PassesAsync(byte[] file, CancellationToken cancel)
    {
        if (settings.ScanCommand.Count == 0)
        {
            return true;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(Patience);
        using var scanner = Start(settings.ScanCommand[0], settings.ScanCommand.Skip(1));
        try
        {
            // What it prints is read and dropped: a scanner that nobody listens to would stop.
            var output = scanner.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = scanner.StandardError.ReadToEndAsync(deadline.Token);
            await FeedAsync(scanner, file, deadline.Token);
            await scanner.WaitForExitAsync(deadline.Token);
            await output;
            await errors;
            return scanner.ExitCode == 0;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new IOException($"The virus scanner did not answer within {Patience.TotalSeconds:F0} seconds.");
        }
        finally
        {
            if (!scanner.HasExited)
            {
                scanner.Kill(entireProcessTree: true);
            }
        }
    }

    private static Process Start(string program, IEnumerable<string> arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception error)
        {
            throw new IOException($"The virus scanner {program} cannot be run: {error.Message}");
        }
    }

    private static async Task FeedAsync(Process scanner, byte[] file, CancellationToken cancel)
    {
        try
        {
            await scanner.StandardInput.BaseStream.WriteAsync(file, cancel);
            scanner.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has seen enough and closed its ears; its exit code tells.
        }
    }
}
