using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ssp.Dev;
using Ssp.Http;

namespace Ssp.Tests.StaticUi;

/// <summary>Everything the portal itself says, its problems above all, is there in three languages.</summary>
public sealed partial class PortalTextTests
{
    private static readonly Dictionary<string, string> Sources =
        Directory.EnumerateFiles(Path.Combine(Repository.Find().Root, "functions"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .ToDictionary(file => file, File.ReadAllText);

    private static readonly string Program = string.Join('\n', Sources.Values);

    /// <summary>What the key of a sentence, or the code of a problem, is called in C#.</summary>
    private static readonly Dictionary<string, string> NameOf = NamesOfKeys();

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
    public void Every_text_is_used_by_its_name_or_by_a_code() =>
        Assert.DoesNotContain(English, key => !(NameOf.TryGetValue(key, out var name) && IsNamed(name)) && !IsOfACode(key));

    /// <summary>
    /// The compiler knows the keys of <see cref="Sentences"/> and <see cref="ProblemCodes"/> only; what is made of a string could lack its text.
    /// </summary>
    [Fact]
    public void A_sentence_is_made_of_a_string_only_where_the_key_is_data()
    {
        var places = Sources.Where(file => MadeOfString().IsMatch(file.Value)).Select(file => Path.GetFileName(file.Key));

        Assert.Equal(["CertificateJson.cs", "FindingSentence.cs", "JobRow.cs", "ProblemCode.cs", "RetryReason.cs"], places.Order(StringComparer.Ordinal));
        Assert.DoesNotMatch(CodeOfString(), Program);
    }

    [Fact]
    public void Every_kind_of_job_says_that_it_is_tried_again_and_that_it_was_given_up()
    {
        var codes = TextCode().Matches(Program).Select(match => match.Groups[1].Value).ToList();

        Assert.Contains("export", codes);
        Assert.All(codes, code => Assert.Superset(new HashSet<string> { $"{code}.retry", $"{code}.gave_up" }, English));
        Assert.All((string[])["unreachable", "host", "full", "busy", "ended", "locked", "error"], code => Assert.Contains($"warehouse_{code}.retry", English));
    }

    // "x.title" and "x.detail" are said by ProblemCodes.X, "x.retry" and "x.gave_up" of a job tried again by that or by its TextCode,
    // "finding.P01.variant" is put together from the finding's code and variant.
    private static bool IsOfACode(string key) =>
        (CodeOfKey().Match(key) is { Success: true } match && IsCode(match.Groups[1].Value, match.Groups[2].Value))
        || (FindingKey().Match(key) is { Success: true } finding
            && Says(finding.Groups[1].Value)
            && (!finding.Groups[2].Success || Says(finding.Groups[2].Value)));

    private static bool IsCode(string code, string ending) =>
        (NameOf.TryGetValue(code, out var name) && ending != "gave_up" && IsNamed(name))
        || (ending is "retry" or "gave_up" && Program.Contains($"TextCode => \"{code}\"", StringComparison.Ordinal));

    private static bool IsNamed(string name) => Regex.IsMatch(Program, $@"\b{Regex.Escape(name)}\b");

    // By reflection: the values do not matter for the key.
    private static Dictionary<string, string> NamesOfKeys()
    {
        const BindingFlags Members = BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var sentences =
            from part in typeof(Sentences).GetNestedTypes()
            from one in part.GetMethods(Members)
            let values = one.GetParameters().Select(_ => (object)"").ToArray()
            select (((Sentence)one.Invoke(null, values)!).Key, Name: $"Sentences.{part.Name}.{one.Name.Replace("get_", "", StringComparison.Ordinal)}");
        var codes = typeof(ProblemCodes).GetProperties(Members).Select(one => (Key: ((ProblemCode)one.GetValue(null)!).Word, Name: $"ProblemCodes.{one.Name}"));
        return sentences.Concat(codes).ToDictionary(one => one.Key, one => one.Name);
    }

    private static bool Says(string word) => Program.Contains($"\"{word}\"", StringComparison.Ordinal);

    private static IEnumerable<string> Placeholders(string language, string key) =>
        Placeholder().Matches(Say(language, key)).Select(match => match.Value).Order(StringComparer.Ordinal);

    // Without values a sentence is said as it is written.
    private static string Say(string language, string key) => Texts.Say(language, new Sentence(key));

    [GeneratedRegex(@"\bTextCode => ""([a-z_]+)""")]
    private static partial Regex TextCode();

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\A(.+)\.(title|detail|retry|gave_up)\z")]
    private static partial Regex CodeOfKey();

    [GeneratedRegex(@"\Afinding\.(P[0-9]{2})(?:\.([a-z0-9]+))?\z")]
    private static partial Regex FindingKey();

    // Also where the type stands to the left: "Sentence Why => new(…)".
    [GeneratedRegex(@"\bnew Sentence\(|\bSentence\??(?:\[\])? \w+(?:\([^\n]*\))?\s*=>?\s*\[?new\(")]
    private static partial Regex MadeOfString();

    [GeneratedRegex(@"\bnew ProblemCode\(|\bProblemCode\?? \w+(?:\([^\n]*\))?\s*=>?\s*new\(")]
    private static partial Regex CodeOfString();
}
