using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Ssp.Http;

/// <summary>A sentence by its key in Http/Texts/*.json and what stands in its {0}, {1}….</summary>
public sealed record Sentence(string Key, params object[] Values);

/// <summary>What the portal says to people, in English, Dutch and French.</summary>
public static class Texts
{
    public static readonly IReadOnlyList<string> Languages = ["en", "nl", "fr"];

    private static readonly FrozenDictionary<string, FrozenDictionary<string, string>> ByLanguage =
        Languages.ToFrozenDictionary(language => language, Read);

    public static IEnumerable<string> Keys(string language) => ByLanguage[language].Keys;

    public static string Say(string language, Sentence sentence)
    {
        var format = ByLanguage[language][sentence.Key];
        return sentence.Values.Length == 0 ? format : string.Format(CultureInfo.InvariantCulture, format, sentence.Values);
    }

    /// <summary>The first of our languages in Accept-Language; English when none is.</summary>
    public static string LanguageOf(HttpRequest request)
    {
        var wanted = request.GetTypedHeaders().AcceptLanguage ?? [];
        return wanted
            .OrderByDescending(language => language.Quality ?? 1)
            .Select(language => language.Value.ToString().Split('-')[0].ToLowerInvariant())
            .FirstOrDefault(Languages.Contains) ?? "en";
    }

    private static FrozenDictionary<string, string> Read(string language)
    {
        using var file = typeof(Texts).Assembly.GetManifestResourceStream($"texts.{language}.json")!;
        return JsonSerializer.Deserialize<Dictionary<string, string>>(file)!.ToFrozenDictionary();
    }
}
