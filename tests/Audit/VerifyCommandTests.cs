using System.Diagnostics;
using Ssp.Audit;
using Ssp.Tests.Support;

namespace Ssp.Tests.Audit;

/// <summary>The check as an administrator runs it: the portal's own program with one word.</summary>
public sealed class VerifyCommandTests(Stack stack)
{
    [Fact]
    public async Task The_program_checks_the_trail_and_ends()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        var (none, noLine, _) = await RunAsync(trail, stack.Storage);
        await trail.AddAsync(2);
        var (good, goodLine, _) = await RunAsync(trail, stack.Storage);
        await trail.RemoveAsync(1);
        var (bad, badLine, _) = await RunAsync(trail, stack.Storage);

        Assert.Equal((0, "There are no events yet."), (none, noLine));
        Assert.Equal((0, $"{trail.Organization}: 2 events, intact; head {trail.Organization}:2:{(await trail.RowAsync(2))["Hash"]}"), (good, goodLine));
        Assert.Equal(1, bad);
        Assert.StartsWith($"{trail.Organization}: 1 events, BROKEN at event 1 (missing)", badLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_storage_it_says_so_in_one_line()
    {
        var trail = await OwnTrail.CreateAsync(stack);

        var (code, output, errors) = await RunAsync(
            trail, stack.Storage.Replace("TableEndpoint=http://127.0.0.1:", "TableEndpoint=http://127.0.0.1:1/x", StringComparison.Ordinal));

        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith("The trail cannot be read: ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', errors);
    }

    private async Task<(int Code, string Output, string Errors)> RunAsync(OwnTrail trail, string storage)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(AuditStore).Assembly.Location, VerifyCommand.Word])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in new[]
        {
            ("AzureWebJobsStorage", storage),
            ("StoragePrefix", trail.Prefix),
            ("PublicUrl", "http://localhost/ssp"),
            ("LocaldwhConnection", "Host=127.0.0.1"),
            ("NippinConnection", "Host=127.0.0.1"),
            ("KeysFolder", stack.NewFolder("keys")),
        })
        {
            start.Environment[name] = value;
        }

        using var program = Process.Start(start)!;
        var (output, errors) = (program.StandardOutput.ReadToEndAsync(), program.StandardError.ReadToEndAsync());
        await program.WaitForExitAsync();
        return (program.ExitCode, (await output).Trim(), (await errors).Trim());
    }
}
