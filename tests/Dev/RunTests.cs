using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Ssp.Dev;

namespace Ssp.Tests.Dev;

public sealed class RunTests
{
    [Fact]
    public async Task A_port_in_use_gives_one_clear_sentence()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var (code, output) = await RunAsync("--port", $"{port}", "--data", Path.Combine(Path.GetTempPath(), $"ssp-never-{Guid.NewGuid():N}"));

        Assert.Equal(1, code);
        Assert.Equal($"Port {port} for the portal is already in use: stop the program that uses it, or choose another port with --port.", output.Trim());
    }

    [Theory]
    [InlineData("There is no option --prot.", "--prot", "7072")]
    [InlineData("--port needs a value.", "--port")]
    [InlineData("--port takes a whole number from 1 to 65535.", "--port", "99999")]
    [InlineData("--size takes a whole number from 1 to 10000000.", "--size", "many")]
    [InlineData("--azurite-ports takes three ports with commas between.", "--azurite-ports", "10000,10001")]
    public async Task An_option_that_is_not_right_is_named(string sentence, params string[] options)
    {
        var (code, output) = await RunAsync(options);

        Assert.Equal(1, code);
        Assert.StartsWith(sentence, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_lists_the_options()
    {
        var (code, output) = await RunAsync("--help");

        Assert.Equal(0, code);
        Assert.Contains("--data DIR", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_child_is_taken_down_with_what_it_was_told()
    {
        var marker = Path.GetTempFileName();
        try
        {
            await using (ChildProcess.Start("TERM", ["sh", "-c", $"trap 'echo stopped > {marker}; exit 0' TERM; echo ready; while :; do sleep 0.1; done"], "/"))
            {
                await Task.Delay(500);
            }

            Assert.Equal("stopped", (await File.ReadAllTextAsync(marker)).Trim());
        }
        finally
        {
            File.Delete(marker);
        }
    }

    private static async Task<(int Code, string Output)> RunAsync(params string[] options)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Ssp.Dev.dll"), .. options])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
