using System.Text.RegularExpressions;

namespace Ssp.Tests.StaticUi;

/// <summary>
/// The pages stand on floors as the app does: the entrance, the rooms, the session, the base; a file imports only from its own room and those below.
/// </summary>
public sealed partial class FloorTests
{
    /// <summary>From the entrance down. main.tsx stands at the entrance too.</summary>
    private static readonly string[] Rooms =
    [
        "entrance", "organizations", "members", "accounts", "certificates", "nippin", "exports", "audit", "session", "base",
    ];

    private static readonly string Source = Path.Combine(Ssp.Dev.Repository.Find().Root, "static-ui", "src");

    private static readonly Dictionary<string, IReadOnlyList<string>> Imports = Directory.EnumerateFiles(Source, "*.ts*", SearchOption.AllDirectories)
        .ToDictionary(NameOf, file => (IReadOnlyList<string>)[.. ImportsOf(file)]);

    [Fact]
    public void Every_file_stands_in_a_room() => Assert.Equal(Rooms.Order(), Imports.Keys.Select(RoomOf).Distinct().Order());

    [Fact]
    public void A_file_imports_only_from_its_room_and_those_below()
    {
        var up = from file in Imports
                 from imported in file.Value
                 where Array.IndexOf(Rooms, RoomOf(imported)) < Array.IndexOf(Rooms, RoomOf(file.Key))
                 select $"{file.Key} imports {imported}";

        Assert.Empty(up);
        Assert.True(Imports.Values.Sum(imported => imported.Count) > 300, "Hardly any imports were found.");
    }

    [Fact]
    public void No_files_import_each_other()
    {
        // What is left when everything that imports nothing more is taken away, again and again, are the circles.
        var left = Imports.ToDictionary(one => one.Key, one => one.Value.ToHashSet());
        while (left.FirstOrDefault(one => one.Value.Count == 0).Key is { } leaf)
        {
            left.Remove(leaf);
            foreach (var imported in left.Values)
            {
                imported.Remove(leaf);
            }
        }

        Assert.Empty(left.Keys);
    }

    private static string NameOf(string file) => Extension().Replace(Path.GetRelativePath(Source, file).Replace('\\', '/'), "");

    private static string RoomOf(string name) => name.Split('/') is [var room, _, ..] ? room : "entrance";

    // Only files of the pages: not packages, texts and style sheets.
    private static IEnumerable<string> ImportsOf(string file) =>
        ImportedName().Matches(File.ReadAllText(file))
            .Select(match => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, match.Groups[1].Value)))
            .Where(path => File.Exists(path + ".ts") || File.Exists(path + ".tsx"))
            .Select(NameOf).Distinct();

    [GeneratedRegex(@"\.tsx?\z")]
    private static partial Regex Extension();

    [GeneratedRegex(@"(?:from |import\()'(\.[^']+)'")]
    private static partial Regex ImportedName();
}
