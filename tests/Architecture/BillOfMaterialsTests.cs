using System.Text.Json.Nodes;
using Ssp.Dev;
using Ssp.Tests.Support;

namespace Ssp.Tests.Architecture;

/// <summary>The bill of materials tells of all that is shipped, by what was built and installed and not by the lock files it is written from.</summary>
public sealed class BillOfMaterialsTests(Stack stack)
{
    // Left out by whoever installs Azurite alone: PostgreSQL for development and the tests, and what its driver has for another platform.
    private static readonly string[] Optional = ["pkg:npm/%40embedded-postgres/", "pkg:npm/pg-cloudflare@"];

    private readonly Repository repository = stack.Repository;

    private JsonNode Bill => Read(BillOfMaterials.Path);

    private HashSet<string> Urls => [.. Bill["components"]!.AsArray().Select(one => one!["purl"]!.GetValue<string>())];

    [Fact]
    public void It_is_what_the_lock_files_say() =>
        Assert.True(
            BillOfMaterials.Text(repository) == File.ReadAllText(Path.Combine(repository.Root, BillOfMaterials.Path)),
            "A package has changed: dotnet run --project infra/dev -- bill-of-materials writes the bill anew.");

    [Theory]
    [InlineData("Ssp.Local.deps.json")]
    [InlineData("Ssp.Functions.deps.json")]
    [InlineData(".azurefunctions/function.deps.json")]
    public void Every_package_that_a_program_was_built_with_is_named_with_its_version(string file)
    {
        var libraries = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, file)))!["libraries"]!.AsObject();
        var packages = libraries.Where(library => library.Value!["type"]!.GetValue<string>() == "package")
            .Select(library => library.Key.Split('/') is [var name, var version] ? $"pkg:nuget/{name}@{version}" : library.Key)
            .ToList();

        Assert.True(packages.Count > 20, $"Only {packages.Count} packages were found.");
        Assert.Empty(packages.Except(Urls));
    }

    [Fact]
    public void Every_package_that_Azurite_was_installed_with_is_named_with_its_version()
    {
        var installed = ListInstalled(Path.Combine(repository.Azurite, "node_modules"))
            .Where(url => !Optional.Any(name => url.StartsWith(name, StringComparison.Ordinal)))
            .ToList();

        Assert.True(installed.Count > 300, $"Only {installed.Count} packages were found.");
        Assert.Empty(installed.Except(Urls));
    }

    [Fact]
    public void Every_package_of_the_pages_is_named_and_none_that_only_builds_them()
    {
        var package = Read("static-ui/package.json");

        Assert.All(package["dependencies"]!.AsObject(), one => Assert.Contains(UrlOf(one.Key, one.Value!.GetValue<string>()), Urls));
        Assert.All(package["devDependencies"]!.AsObject(), one => Assert.DoesNotContain(UrlOf(one.Key, one.Value!.GetValue<string>()), Urls));
    }

    private static IEnumerable<string> ListInstalled(string folder)
    {
        var packages = Directory.EnumerateDirectories(folder).SelectMany(
            path => Path.GetFileName(path) is ['@', ..] ? Directory.EnumerateDirectories(path) : [path]);
        foreach (var path in packages.Where(path => File.Exists(Path.Combine(path, "package.json"))))
        {
            var package = JsonNode.Parse(File.ReadAllText(Path.Combine(path, "package.json")))!;
            yield return UrlOf(package["name"]!.GetValue<string>(), package["version"]!.GetValue<string>());
            if (Directory.Exists(Path.Combine(path, "node_modules")))
            {
                foreach (var inner in ListInstalled(Path.Combine(path, "node_modules")))
                {
                    yield return inner;
                }
            }
        }
    }

    private static string UrlOf(string name, string version) => $"pkg:npm/{name.Replace("@", "%40", StringComparison.Ordinal)}@{version}";

    private JsonNode Read(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(repository.Root, file)))!;
}
