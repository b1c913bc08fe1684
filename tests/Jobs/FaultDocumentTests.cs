using System.Text.RegularExpressions;
using Ssp.Http;
using Ssp.Tests.Support;

namespace Ssp.Tests.Jobs;

/// <summary>infra/docs/faults.md promises a test, or a reason, for every fault that was thought through.</summary>
public sealed partial class FaultDocumentTests(Stack stack)
{
    private static readonly IReadOnlyList<string> Scenarios =
        [.. Enumerable.Range(1, 18).Concat(Enumerable.Range(21, 6)).Concat([38, 43, 64, 65, 68, 72]).Select(number => $"T{number:D2}")];

    private string[][] Rows =>
        [.. File.ReadAllLines(Path.Combine(stack.Repository.Root, "infra", "docs", "faults.md")).Where(line => line.StartsWith("| T", StringComparison.Ordinal))
            .Select(line => line.Trim('|', ' ').Split(" | "))];

    [Fact]
    public void Every_scenario_has_one_row_with_a_test_or_a_sentence()
    {
        Assert.Equal(Scenarios, Rows.Select(row => row[0]));
        Assert.All(Rows, row =>
        {
            Assert.Equal(4, row.Length);
            Assert.True(TestName().IsMatch(row[3]) || Sentence().IsMatch(row[3]), $"{row[0]} has neither a test nor a sentence.");
        });
    }

    [Fact]
    public void Every_test_that_is_named_exists()
    {
        var tests = typeof(FaultDocumentTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods()
                .Where(method => method.IsDefined(typeof(FactAttribute), inherit: true))
                .Select(method => $"{type.Name}.{method.Name}"))
            .ToHashSet();

        var named = Rows.SelectMany(row => TestName().Matches(row[3]).Select(match => match.Groups[1].Value)).Distinct();

        Assert.All(named, name => Assert.True(tests.Contains(name), $"There is no test {name}."));
    }

    [Fact]
    public void Every_code_that_speaks_of_HD4DPs_databases_is_explained()
    {
        var page = File.ReadAllText(Path.Combine(stack.Repository.Root, "infra", "docs", "faults.md"));
        var codes = Texts.Keys("en").Where(key => key.StartsWith("warehouse_", StringComparison.Ordinal)).Select(key => key.Split('.')[0]).ToHashSet();

        Assert.All(codes, code => Assert.Contains($"| `{code}` |", page, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"`([^`]+)`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"^[A-Z][^`]{20,}\.$")]
    private static partial Regex Sentence();
}
