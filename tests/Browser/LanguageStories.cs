using Ssp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Ssp.Tests.Browser;

[Collection("The demo: stories")]
public sealed class LanguageStories(Stack stack, Chromium chromium) : BrowserTest(stack, chromium)
{
    [Theory]
    [InlineData("en-GB", "en", "Sign in")]
    [InlineData("nl-BE", "nl", "Aanmelden")]
    [InlineData("fr-FR", "fr", "Se connecter")]
    [InlineData("ja-JP", "en", "Sign in")]
    public async Task The_browser_says_which_language_to_begin_with(string locale, string language, string title)
    {
        var page = await OpenAsync(locale: locale);

        await Expect(page.Title()).ToHaveTextAsync(title);
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", language);
    }

    [Theory]
    [InlineData("nl", "Vul uw e-mailadres in.", "Het e-mailadres of wachtwoord klopt niet", "Controleer")]
    [InlineData("fr", "Saisissez votre adresse e-mail.", "L'adresse e-mail ou le mot de passe est incorrect", "Vérifiez")]
    public async Task Choosing_a_language_changes_the_page_its_errors_and_the_portals_errors(string language, string missing, string refused, string advice)
    {
        var page = await OpenAsync();
        await page.SpeakAsync(language);
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", language);
        await Expect(page.Locator($".languages button[lang={language}]")).ToHaveAttributeAsync("aria-pressed", "true");

        await page.Locator("form button[type=submit]").ClickAsync();
        await Expect(page.ErrorSummary()).ToContainTextAsync(missing);
        var answer = await page.RunAndWaitForResponseAsync(
            () => page.SignInAsync("nobody@hospital.example", "a password of nobody"), response => response.Request.Method == "POST");

        Assert.Equal(refused, (await answer.JsonAsync())!.Value.GetProperty("title").GetString());
        await Expect(page.ErrorSummary()).ToContainTextAsync(advice);
        await page.ReloadAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", language);
    }

    [Fact]
    public async Task Registries_speak_the_language_of_the_page_and_what_was_chosen_stays()
    {
        var page = await SignInAsync("cas");
        await page.Link("CSV export").ClickAsync();
        await page.ChooseAsync("2", "excel");

        await page.SpeakAsync("nl");

        await Expect(page.Locator("#project")).ToContainTextAsync("Belgisch Mucoviscidoseregister");
        await Expect(page.Locator("#version")).ToHaveValueAsync("2");
        await Expect(page.Locator("input[value=excel]")).ToBeCheckedAsync();
        await Expect(page).ToHaveTitleAsync("CSV-export – HD4DP2 Self-Service Portal");
        await page.SpeakAsync("fr");
        await Expect(page.Locator("#project")).ToContainTextAsync("Registre belge de la mucoviscidose");
    }
}
