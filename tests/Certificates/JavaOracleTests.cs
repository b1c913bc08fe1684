using System.Text;
using Ssp.Certificates.P12;

namespace Ssp.Tests.Certificates;

/// <summary>
/// HD4DP opens a P12 file as a Java key store. Java itself is asked about every file that can be read: which private keys does it find, under which names,
/// with which chains?
/// </summary>
[Trait("Run", "full")]
public sealed class JavaOracleTests
{
    // Whether this Java is new enough depends on the machine.
    private const string Newer = "!finding.P37.newer";

    // Both tests look at the same answers of one Java.
    private static readonly Lazy<IReadOnlyList<Answered>> All = new(AskAboutAll);

    /// <summary>A file that can be read, what the reading says of Java, and what Java says.</summary>
    private sealed record Answered(JavaFile File, JavaKeyStore Expected, string Java);

    [Fact]
    public void Java_finds_in_every_file_what_the_reading_says_it_finds()
    {
        var differences = All.Value
            .Select(one => (one.File.Name, Expected: Told(one.Expected), one.Java))
            .Where(one => one.Expected.StartsWith('!') ? !one.Java.StartsWith('!') && one.Expected != Newer : one.Expected != one.Java)
            .Select(one => $"{one.Name}\n  expected {one.Expected}\n  Java     {one.Java}")
            .ToList();
        Assert.True(differences.Count == 0, $"{differences.Count} of {All.Value.Count}:\n{string.Join('\n', differences.Take(30))}");
        Assert.InRange(All.Value.Count, 900, int.MaxValue);
    }

    [Fact]
    public void In_what_is_in_order_Java_finds_the_entry_authentication_and_the_one_of_the_serial_number()
    {
        var good = All.Value
            .Select(one => (one.File.Name, one.Java, Verdict: one.File.Check()))
            .Where(one => one.Verdict.IsGood && one.Verdict.Encryption is not null && one.Verdict.Findings.All(finding => finding.Key != "finding.P37.newer"))
            .ToList();

        Assert.InRange(good.Count, 50, int.MaxValue);
        Assert.All(good, one => Assert.True(
            one.Java.Contains($"authentication={one.Verdict.Authentication!.Sha256}", StringComparison.Ordinal)
                && one.Java.Contains($"{one.Verdict.Encryption!.SerialNumber}={one.Verdict.Encryption.Sha256}", StringComparison.Ordinal),
            $"{one.Name}: {one.Java}"));
    }

    // As KeyStoreEntries prints it, sorted.
    private static string Told(JavaKeyStore java) => java.Findings.Count > 0
        ? $"!{java.Findings[0].Key}"
        : string.Join(';', java.Entries
            .Select(entry => Entry(entry.Name.ToLowerInvariant(), entry.Chain.Select(one => one.Sha256)))
            .Order(StringComparer.Ordinal));

    // Nothing follows a chain farther than that.
    private static string Entry(string name, IEnumerable<string> chain) => $"{name}={string.Join(',', chain.Take(P12Limits.MaxChain))}";

    private static List<Answered> AskAboutAll()
    {
        var readable = JavaFiles.All
            .Select(one => (File: one, Reading: P12Reader.Read(one.File, one.Password)))
            .Where(one => one.Reading.IsReadable)
            .ToList();
        return [.. readable.Zip(Ask([.. readable.Select(one => one.File)]), (one, java) => new Answered(one.File, one.Reading.Java, java))];
    }

    private static List<string> Ask(IReadOnlyList<JavaFile> files)
    {
        using var tool = new Tool();
        foreach (var (place, file) in files.Index())
        {
            tool.Write($"{place}.p12", file.File);
        }

        var output = tool.Feed(
            string.Concat(files.Select((file, place) => $"{place}.p12\t{Convert.ToBase64String(Encoding.UTF8.GetBytes(file.Password))}\n")),
            "java", Path.Combine(AppContext.BaseDirectory, "Certificates", "KeyStoreEntries.java"));
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\t'))
            .ToDictionary(parts => parts[0], parts => parts[1]);
        return [.. Enumerable.Range(0, files.Count).Select(place => Sorted(lines[$"{place}.p12"]))];
    }

    private static string Sorted(string entries) => entries.StartsWith('!') || entries.Length == 0
        ? entries
        : string.Join(';', entries.Split(';').Select(entry => entry.LastIndexOf('=') is var end
            ? Entry(Encoding.UTF8.GetString(Convert.FromBase64String(entry[..end])), entry[(end + 1)..].Split(','))
            : entry).Order(StringComparer.Ordinal));
}
