using System.Text.Json.Nodes;
using Ssp.Tests.Support;

namespace Ssp.Tests.Architecture;

/// <summary>Nothing is built with a package that no lock file names.</summary>
public sealed class LockFileTests(Stack stack)
{
    private readonly string root = stack.Repository.Root;

    [Fact]
    public void Every_project_has_a_lock_file_that_names_its_packages_with_their_content()
    {
        var projects = ((string[])["functions", "infra", "tests"])
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*.csproj", SearchOption.AllDirectories))
            .Where(project => !project.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(project => Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json"))
            .Append(Path.Combine(root, "functions", "worker-extensions.lock.json"))
            .ToList();

        Assert.Equal(8, projects.Count);
        Assert.All(projects, file => Assert.All(ListPackages(file), package => Assert.NotEmpty(package["contentHash"]!.GetValue<string>())));
    }

    [Theory]
    [InlineData("functions/obj/project.assets.json")]
    [InlineData("functions/obj/Release/net10.0/WorkerExtensions/obj/project.assets.json")]
    public void The_build_did_not_pass_them_by(string assets)
    {
        var restored = JsonNode.Parse(File.ReadAllText(Path.Combine(root, assets)))!["project"]!["restore"]!["restoreLockProperties"]!;

        Assert.Equal("true", restored["restorePackagesWithLockFile"]!.GetValue<string>());
        Assert.True(restored["restoreLockedMode"]!.GetValue<bool>());
    }

    private static IEnumerable<JsonNode> ListPackages(string file) =>
        JsonNode.Parse(File.ReadAllText(file))!["dependencies"]!.AsObject()
            .SelectMany(framework => framework.Value!.AsObject())
            .Select(package => package.Value!)
            .Where(package => package["type"]!.GetValue<string>() != "Project");
}
