using Microsoft.AspNetCore.Http;

namespace Ssp.Identity;

/// <summary>A browser in a few words, for people who look through their sessions. What a browser says of itself proves nothing.</summary>
public static class Device
{
    // Each of these pretends to be those after it, so the first found is meant.
    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
    [
        ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
        ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
    ];

    /// <returns>For example "Firefox, Windows"; empty when nothing is known.</returns>
    public static string Of(HttpRequest request)
    {
        var text = request.Headers.UserAgent.ToString();
        return string.Join(", ", ((string?[])[NameIn(text, Browsers), NameIn(text, Systems)]).OfType<string>());
    }

    private static string? NameIn(string text, (string Mark, string Name)[] known) =>
        known.FirstOrDefault(one => text.Contains(one.Mark, StringComparison.Ordinal)).Name;
}
