using System.Text.Json;
using System.Text.RegularExpressions;
using Ssp.Dev;

namespace Ssp.Tests.StaticUi;

/// <summary>The pages ask the portal's own table what a person may do; a call it does not know would hide something from everyone.</summary>
public sealed partial class PermissionTests
{
    private static readonly string Root = Repository.Find().Root;

    [Fact]
    public void Every_call_the_pages_ask_about_is_in_the_table()
    {
        using var table = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root, "functions", "Identity", "permissions.json")));
        var known = table.RootElement.EnumerateObject().SelectMany(part => part.Value.EnumerateArray()).Select(NameOf).ToHashSet(StringComparer.Ordinal);

        var asked = Directory.EnumerateFiles(Path.Combine(Root, "static-ui", "src"), "*.ts*", SearchOption.AllDirectories)
            .SelectMany(file => AskedCall().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)).Distinct().ToList();

        Assert.Contains("AddMember", asked);
        Assert.Contains("RequestExport csv", asked);
        Assert.All(asked, call => Assert.Contains(call, known));
    }

    private static string NameOf(JsonElement route) =>
        route.TryGetProperty("case", out var one)
            ? $"{route.GetProperty("function").GetString()} {one.GetString()}"
            : route.GetProperty("function").GetString()!;

    // may('…'), allowed('…'), placesFor('…'), and the table of what a person can do: call: '…'.
    [GeneratedRegex(@"(?:\b(?:may|allowed|placesFor|allows)\(|\bcall: )'([^']+)'")]
    private static partial Regex AskedCall();
}
