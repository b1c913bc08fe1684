using Ssp.Dev;

namespace Ssp.Tests.Architecture;

/// <summary>No line of source is longer than the max_line_length of .editorconfig, which editors show and no compiler looks at.</summary>
public sealed class LineLengthTests
{
    private const int Longest = 160;

    private static readonly string[] Folders = ["functions", "infra", "static-ui/src", "azurite", "tests"];

    private static readonly string[] Endings = [".cs", ".ts", ".tsx", ".js", ".css", ".sh"];

    /// <summary>Folders of what is built or installed, at any depth.</summary>
    private static readonly string[] NotWritten = ["bin", "obj", "node_modules", "dist"];

    [Fact]
    public void No_line_of_source_is_longer_than_160_characters()
    {
        var root = Repository.Find().Root;
        var files = Folders.SelectMany(folder => ListFiles(new DirectoryInfo(Path.Combine(root, folder)))).ToList();
        var tooLong = files.SelectMany(file => ListTooLong(root, file)).ToList();

        Assert.True(files.Count > 400, "Hardly any files were found.");
        Assert.True(tooLong.Count == 0, $"Longer than {Longest} characters:\n{string.Join('\n', tooLong)}");
    }

    private static IEnumerable<string> ListFiles(DirectoryInfo folder) =>
        folder.EnumerateFiles().Where(file => Endings.Contains(file.Extension)).Select(file => file.FullName)
            .Concat(folder.EnumerateDirectories().Where(inner => !NotWritten.Contains(inner.Name)).SelectMany(ListFiles))
            .Order(StringComparer.Ordinal);

    private static IEnumerable<string> ListTooLong(string root, string file) =>
        File.ReadLines(file)
            .Select((line, index) => (Text: line, Number: index + 1))
            .Where(line => line.Text.Length > Longest)
            .Select(line => $"{Path.GetRelativePath(root, file)}:{line.Number}");
}
