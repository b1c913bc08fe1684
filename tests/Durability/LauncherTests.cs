using System.Diagnostics;
using Azure.Storage.Blobs;
using Ssp.Dev;
using Ssp.Tests.Support;

namespace Ssp.Tests.Durability;

public sealed class LauncherTests(Stack stack)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Nobody_outside_is_told_what_is_stored_also_when_the_command_does_not_forbid_it()
    {
        var folder = stack.NewFolder("launcher");
        var diary = Path.Combine(folder, "debug.log");
        var ports = Ports.Free(3);
        string[] command = [.. Azurite.Command(stack.Repository, folder, ports).Where(word => word != "--disableTelemetry"), "--debug", diary];
        await using (var azurite = ChildProcess.Start("TERM", command, folder))
        {
            foreach (var port in ports)
            {
                await Ports.WaitUntilOpenAsync(port, "Azurite", azurite, CancellationToken.None);
            }

            // It writes its diary later than it opens its ports, and what is not yet written goes with it at its end.
            var patience = Stopwatch.StartNew();
            while (!(await File.ReadAllTextAsync(diary)).Contains("enableTelemetry: ", StringComparison.Ordinal) && patience.Elapsed < Patience)
            {
                await Task.Delay(50);
            }
        }

        Assert.Contains("enableTelemetry: false", await File.ReadAllTextAsync(diary), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_stored_is_for_one_account_alone_also_in_a_folder_that_was_open_before()
    {
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        var folder = stack.NewFolder("launcher");
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | Others);
        await using var azurite = await Azurite.StartAsync(stack.Repository, folder, Ports.Free(3));
        var blobs = new BlobContainerClient(azurite.ConnectionString, "files");
        await blobs.CreateAsync();
        await blobs.UploadBlobAsync("one", BinaryData.FromString("of a patient"));

        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(folder) & Others);
        Assert.All(
            Directory.GetFiles(folder, "*", SearchOption.AllDirectories), path => Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & Others));
    }
}
