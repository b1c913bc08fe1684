using System.Text.Json;
using System.Text.RegularExpressions;
using Ssp.Dev;
using Ssp.Http;

namespace Ssp.Tests.StaticUi;

/// <summary>Everything the portal itself says, its problems above all, is there in three languages.</summary>
public sealed partial class PortalTextTests
{
    private static readonly string Program = string.Join(
        '\n',
        Directory.EnumerateFiles(Path.Combine(Repository.Find().Root, "functions"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).Select(File.ReadAllText));

    private static readonly HashSet<string> English = [.. Texts.Keys("en")];

    [Theory]
    [InlineData("nl")]
    [InlineData("fr")]
    public void Every_language_has_the_same_texts_with_the_same_placeholders(string language)
    {
        Assert.Equal(English.Order(StringComparer.Ordinal), Texts.Keys(language).Order(StringComparer.Ordinal));
        Assert.All(English, key => Assert.Equal(Placeholders("en", key), Placeholders(language, key)));
    }

    [Theory]
    [InlineData("en")]
    [InlineData("nl")]
    [InlineData("fr")]
    public void No_text_is_empty_or_has_space_around_it(string language) =>
        Assert.All(Texts.Keys(language), key => Assert.True(Say(language, key).Trim() == Say(language, key) && Say(language, key).Length > 0, key));

    [Fact]
    public void French_signs_of_two_parts_never_stand_alone_on_a_line()
    {
        var repository = Repository.Find();
        foreach (var file in (string[])["functions/Http/Texts/fr.json", "static-ui/src/base/languages/fr.json"])
        {
            Assert.All(
                JsonDocument.Parse(File.ReadAllText(Path.Combine(repository.Root, file))).RootElement.EnumerateObject(),
                text => Assert.DoesNotMatch(" [:;?!»]|« ", text.Value.GetString()));
        }
    }

    [Fact]
    public void Every_problem_has_a_title_and_a_detail()
    {
        var codes = ProblemCode().Matches(Program).Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.Contains("not_found", codes);
        Assert.Contains("warehouse_slow", codes);
        Assert.All(codes, code => Assert.Superset(new HashSet<string> { $"{code}.title", $"{code}.detail" }, English));
    }

    [Fact]
    public void Every_sentence_that_is_said_exists() =>
        Assert.All(SentenceKey().Matches(Program).Select(match => match.Groups[1].Value), key => Assert.Contains(key, English));

    [Fact]
    public void Every_text_is_used_by_its_key_or_by_the_code_of_a_problem() =>
        Assert.DoesNotContain(English, key => !Program.Contains($"\"{key}\"", StringComparison.Ordinal) && !IsOfACode(key));

    // "x.title", "x.detail" and "x.retry" are put together from the code "x", "finding.P01.variant" from the finding's code and variant.
    private static bool IsOfACode(string key) =>
        (CodeOfKey().Match(key) is { Success: true } match && Says(match.Groups[1].Value))
        || (FindingKey().Match(key) is { Success: true } finding && Says(finding.Groups[1].Value) && (!finding.Groups[2].Success || Says(finding.Groups[2].Value)));

    private static bool Says(string word) => Program.Contains($"\"{word}\"", StringComparison.Ordinal);

    private static IEnumerable<string> Placeholders(string language, string key) => Placeholder().Matches(Say(language, key)).Select(match => match.Value).Order(StringComparer.Ordinal);

    // Without values a sentence is said as it is written.
    private static string Say(string language, string key) => Texts.Say(language, new Sentence(key));

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\A(.+)\.(?:title|detail|retry)\z")]
    private static partial Regex CodeOfKey();

    [GeneratedRegex(@"\Afinding\.(P[0-9]{2})(?:\.([a-z0-9]+))?\z")]
    private static partial Regex FindingKey();

    // Of a refusal thrown after its status, and of what went wrong with HD4DP's database.
    [GeneratedRegex(@"(?:\bStatusCodes\.\w+,|\bWarehouseException\(|=> new\(|: new\()\s*""([a-z_]+)""")]
    private static partial Regex ProblemCode();

    [GeneratedRegex(@"\bSentence\(\s*""([^""]+)""")]
    private static partial Regex SentenceKey();
}
