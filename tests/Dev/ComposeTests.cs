using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ssp.Tests.Support;

namespace Ssp.Tests.Dev;

/// <summary>What the containers promise each other.</summary>
public sealed partial class ComposeTests(Stack stack)
{
    private readonly string compose = File.ReadAllText(Path.Combine(stack.Repository.Root, "infra", "compose.yaml"));

    [Fact]
    public void The_portal_starts_when_its_storage_answers_and_is_started_anew_when_it_ends()
    {
        var services = Service().Split(compose.Split("\nvolumes:")[0]).Skip(1).Chunk(2).ToDictionary(part => part[0], part => part[1]);

        Assert.Equal(["portal", "azurite", "proxy"], services.Keys);
        Assert.Matches(@"depends_on:\s+azurite:\s+condition: service_healthy", services["portal"]);
        Assert.Contains("healthcheck:", services["azurite"], StringComparison.Ordinal);
        Assert.All(services.Values, service => Assert.Contains("restart: unless-stopped", service, StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_makes_a_Functions_host_believe_that_it_runs_in_Azure()
    {
        var settings = File.ReadAllText(Path.Combine(stack.Repository.Root, "infra", "images", "make-env.sh"));

        Assert.All([compose, settings], text => Assert.DoesNotContain("CONTAINER_NAME", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_base_image_is_an_argument_so_that_an_installation_can_name_it_by_its_digest()
    {
        var files = Directory.EnumerateFiles(Path.Combine(stack.Repository.Root, "infra"), "Dockerfile.*").Select(File.ReadAllLines).ToList();

        Assert.Equal(3, files.Count);
        foreach (var lines in files)
        {
            var arguments = lines.Where(line => line.StartsWith("ARG ", StringComparison.Ordinal)).Select(line => line[4..].Split('=')[0]).ToList();
            Assert.All(arguments, name => Assert.Matches($@"args: \[.*\b{name}\b.*\]", compose));
            Assert.All(
                lines.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal)),
                line => Assert.Contains(arguments, name => line.StartsWith($"FROM ${{{name}}}", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Azurite_is_healthy_when_all_of_its_three_ports_answer()
    {
        var ports = Port().Matches(stack.Storage).Select(match => match.Groups[1].Value).ToArray();
        var away = Ssp.Dev.Ports.Free(1)[0];

        Assert.Equal(3, ports.Length);
        Assert.Equal(0, await CheckAsync(ports));
        Assert.NotEqual(0, await CheckAsync([ports[0], ports[1], $"{away}"]));
    }

    private async Task<int> CheckAsync(string[] ports)
    {
        var command = JsonSerializer.Deserialize<string[]>(Check().Match(compose).Groups[1].Value)!;
        Assert.Equal("CMD", command[0]);
        var program = command[^1].Replace("10000, 10001, 10002", string.Join(", ", ports), StringComparison.Ordinal);
        using var check = Process.Start(command[1], [.. command[2..^1], program]);
        await check.WaitForExitAsync();
        return check.ExitCode;
    }

    [GeneratedRegex("(?m)^  (portal|azurite|proxy):$")]
    private static partial Regex Service();

    [GeneratedRegex("(?m)^      test: (\\[.+\\])$")]
    private static partial Regex Check();

    [GeneratedRegex("Endpoint=http://127\\.0\\.0\\.1:([0-9]+)/")]
    private static partial Regex Port();
}
