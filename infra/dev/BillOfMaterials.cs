using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ssp.Dev;

/// <summary>
/// Writes infra/bill-of-materials.cdx.json: every package that is shipped, in CycloneDX 1.6, from the lock files by which they are restored. It has no time and
/// no number of its own, so it changes when what is shipped does.
/// </summary>
public static class BillOfMaterials
{
    public const string Path = "infra/bill-of-materials.cdx.json";

    private static readonly JsonSerializerOptions Readably = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text(Repository repository)
    {
        var shipped = ListNuGet(repository, "infra/local/packages.lock.json", "portal on the local host")
            .Concat(ListNuGet(repository, "functions/packages.lock.json", "portal under the Microsoft host"))
            .Concat(ListNuGet(repository, "functions/worker-extensions.lock.json", "portal under the Microsoft host"))
            .Concat(ListNpm(repository, "static-ui/package-lock.json", "pages"))
            .Concat(ListNpm(repository, "azurite/package-lock.json", "Azurite"));
        var bill = new JsonObject
        {
            ["$schema"] = "http://cyclonedx.org/schema/bom-1.6.schema.json",
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.6",
            ["version"] = 1,
            ["metadata"] = new JsonObject { ["component"] = new JsonObject { ["type"] = "application", ["name"] = "hd4dp2-self-service-portal" } },
            ["components"] = new JsonArray([.. shipped.GroupBy(one => one.Url).OrderBy(one => one.Key, StringComparer.Ordinal).Select(Describe)]),
        };
        return bill.ToJsonString(Readably).ReplaceLineEndings("\n") + "\n";
    }

    private static JsonObject Describe(IGrouping<string, Package> sorts)
    {
        var one = sorts.First();
        var described = new JsonObject
        {
            ["type"] = "library",
            ["bom-ref"] = one.Url,
            ["name"] = one.Name,
            ["version"] = one.Version,
        };
        if (one.Sha512 is { } hash)
        {
            described["hashes"] = new JsonArray(new JsonObject { ["alg"] = "SHA-512", ["content"] = Convert.ToHexStringLower(hash) });
        }

        if (one.License is { } license)
        {
            // One package has an address in the place of the licence's name in SPDX.
            described["licenses"] = new JsonArray(
                license.Contains(':', StringComparison.Ordinal)
                    ? new JsonObject { ["license"] = new JsonObject { ["name"] = license } }
                    : new JsonObject { ["expression"] = license });
        }

        described["purl"] = one.Url;
        described["properties"] = new JsonArray(
            [.. sorts.Select(same => same.Part).Distinct().Order(StringComparer.Ordinal).Select(PartOf)]);
        return described;
    }

    private static JsonObject PartOf(string part) => new() { ["name"] = "ssp:part", ["value"] = part };

    private static IEnumerable<Package> ListNuGet(Repository repository, string file, string part)
    {
        // The hash that stands there is that of the content, which is not the hash of the file that can be downloaded.
        foreach (var framework in Read(repository, file)["dependencies"]!.AsObject())
        {
            foreach (var (name, package) in framework.Value!.AsObject())
            {
                if (package!["resolved"]?.GetValue<string>() is { } version)
                {
                    yield return new Package(name, version, $"pkg:nuget/{name}@{version}", null, null, part);
                }
            }
        }
    }

    // What is needed to build, to test or to develop is not shipped.
    private static IEnumerable<Package> ListNpm(Repository repository, string file, string part)
    {
        const string folder = "node_modules/";
        foreach (var (path, package) in Read(repository, file)["packages"]!.AsObject())
        {
            if (path.LastIndexOf(folder, StringComparison.Ordinal) is var at and >= 0 && !IsTrue(package!, "dev") && !IsTrue(package!, "optional"))
            {
                var (name, version) = (path[(at + folder.Length)..], package!["version"]!.GetValue<string>());
                var hash = package["integrity"]?.GetValue<string>() is { } integrity && integrity.StartsWith("sha512-", StringComparison.Ordinal)
                    ? Convert.FromBase64String(integrity["sha512-".Length..])
                    : null;
                var url = $"pkg:npm/{name.Replace("@", "%40", StringComparison.Ordinal)}@{version}";
                yield return new Package(name, version, url, hash, package["license"]?.GetValue<string>(), part);
            }
        }
    }

    private static bool IsTrue(JsonNode package, string name) => package[name]?.GetValue<bool>() == true;

    private static JsonNode Read(Repository repository, string file) =>
        JsonNode.Parse(File.ReadAllText(System.IO.Path.Combine(repository.Root, file), Encoding.UTF8))!;

    /// <param name="Url">What names it everywhere (purl).</param>
    private sealed record Package(string Name, string Version, string Url, byte[]? Sha512, string? License, string Part);
}
