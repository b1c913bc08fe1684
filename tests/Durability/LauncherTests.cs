using Ssp.Dev;
using Ssp.Tests.Support;

namespace Ssp.Tests.Durability;

public sealed class LauncherTests(Stack stack)
{
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
        }

        Assert.Contains("enableTelemetry: false", await File.ReadAllTextAsync(diary), StringComparison.Ordinal);
    }
}
