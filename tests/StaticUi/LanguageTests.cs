using System.Text.Json;
using System.Text.RegularExpressions;
using Ssp.Dev;

namespace Ssp.Tests.StaticUi;

/// <summary>Everything the pages say is there in three languages, and nothing else is.</summary>
public sealed partial class LanguageTests
{
    // The same key twice would silently hide the first.
    private static readonly JsonSerializerOptions Strict = new() { AllowDuplicateProperties = false };
    private static readonly string Source = Path.Combine(Repository.Find().Root, "static-ui", "src");
    private static readonly Dictionary<string, string> English = Read("en");

    private static readonly string Program = string.Join(
        '\n', Directory.EnumerateFiles(Source, "*.ts*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllText));

    [Theory]
    [InlineData("nl")]
    [InlineData("fr")]
    public void Every_language_has_the_same_texts_in_the_same_order(string language) => Assert.Equal(English.Keys, Read(language).Keys);

    [Theory]
    [InlineData("nl")]
    [InlineData("fr")]
    public void A_translation_has_the_placeholders_of_the_original(string language) =>
        Assert.All(Read(language), text => Assert.Equal(Placeholders(English[text.Key]), Placeholders(text.Value)));

    [Theory]
    [InlineData("en")]
    [InlineData("nl")]
    [InlineData("fr")]
    public void No_text_is_empty_or_has_space_around_it(string language) =>
        Assert.All(Read(language), text => Assert.True(text.Value.Trim() == text.Value && text.Value.Length > 0, text.Key));

    [Fact]
    public void Every_text_is_used_by_its_full_key() =>
        Assert.DoesNotContain(English.Keys, key => !Program.Contains($"'{key}'", StringComparison.Ordinal));

    [Fact]
    public void Every_key_that_is_used_exists() =>
        Assert.All(UsedKey().Matches(Program).Select(match => match.Groups[1].Value), key => Assert.True(English.ContainsKey(key), key));

    [Fact]
    public void A_sentence_with_a_count_comes_in_two_forms()
    {
        var forms = English.Keys.Where(key => key.EndsWith("_one", StringComparison.Ordinal) || key.EndsWith("_other", StringComparison.Ordinal)).ToList();

        Assert.All(forms.GroupBy(key => key[..key.LastIndexOf('_')]), pair => Assert.Equal(2, pair.Count()));
        Assert.All(forms, key => Assert.Contains("{count}", English[key], StringComparison.Ordinal));
    }

    private static IEnumerable<string> Placeholders(string text) => Placeholder().Matches(text).Select(match => match.Value).Order(StringComparer.Ordinal);

    private static Dictionary<string, string> Read(string language) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(Path.Combine(Source, "base", "languages", $"{language}.json")), Strict)!;

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Placeholder();

    // t('…'), and the keys in tables: word: '…', one: '…', other: '…'.
    [GeneratedRegex(@"(?:\bt\(|\b(?:one|other|word): )'([^']+)'")]
    private static partial Regex UsedKey();
}
