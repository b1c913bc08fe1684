using System.Text;
using System.Text.RegularExpressions;

namespace Ssp.Accounts;

/// <summary>
/// What somebody who guesses takes first in a Belgian hospital: words of the portal and its surroundings, seasons, months and days in three languages, years,
/// and what belongs to the person. A password is judged by what is left without them: a short word with a season and a year is long, and soon guessed.
/// </summary>
public static partial class GuessableWords
{
    // Letters, digits and other signs.
    private const int MinLeft = 8;

    // Folded, see Fold. Shorter ones than four letters stand in too many honest words.
    private static readonly string[] Known =
    [
        "healthdata", "hd4dp2", "hd4dp", "nippin", "mycarenet", "ehealth", "sciensano", "riziv", "inami", "nihdi", "nihii", "selfservice",
        "portal", "portaal", "portail",
        "hospital", "ziekenhuis", "hopital", "kliniek", "clinique", "clinic", "universitair", "universitaire",
        "belgium", "belgie", "belgique", "registry", "register", "registre", "certificate", "certificaat", "certificat",
        "admin", "administrator", "manager", "welcome", "welkom", "bienvenue", "password", "passphrase", "wachtwoord",
        "paswoord", "motdepasse", "secret", "geheim", "azerty", "qwerty", "abcd", "test", "correct", "horse", "battery", "staple",
        "spring", "summer", "autumn", "winter", "lente", "zomer", "herfst", "printemps", "automne", "hiver",
        "january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december",
        "januari", "februari", "maart", "juni", "juli", "augustus", "oktober",
        "janvier", "fevrier", "mars", "avril", "juin", "juillet", "aout", "septembre", "octobre", "novembre", "decembre",
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
        "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag",
        "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
    ];

    /// <summary>Whether too little is left.</summary>
    /// <param name="personal">What belongs to the person: the e-mail address, names and numbers of the organisations.</param>
    public static bool LeaveTooLittleOf(string password, IReadOnlyCollection<string> personal)
    {
        // A sign or a picture counts once, or exclamation marks would make a password.
        var signs = password.EnumerateRunes().Where(rune => !Rune.IsLetterOrDigit(rune) && !Rune.IsWhiteSpace(rune)).Distinct().Count();
        var words = Known.Concat(personal.SelectMany(PartsOf)).Distinct().OrderByDescending(word => word.Length).ToArray();
        var folded = Years().Replace(Fold(password), "");
        return signs + Math.Min(Left(folded, words), Left(Plain(folded), words)) < MinLeft;
    }

    /// <summary>Letters and digits alone, without accents and capitals: "Sint-Jan" and "sintjan" are the same to a guesser.</summary>
    public static string Fold(string text) =>
        string.Concat(text.Normalize(NormalizationForm.FormD).Where(char.IsLetterOrDigit)).ToLowerInvariant();

    private static int Left(string folded, IEnumerable<string> words)
    {
        foreach (var word in words)
        {
            folded = folded.Replace(word, " ", StringComparison.Ordinal);
        }

        // The same letter over and over counts once.
        return folded.Where((letter, place) => letter != ' ' && (place == 0 || folded[place - 1] != letter)).Count();
    }

    // The domain's labels and the words of a name, as far as they are long enough not to stand in everything.
    private static IEnumerable<string> PartsOf(string personal) =>
        Separators().Split(personal).Append(personal).Select(Fold).Where(part => part.Length >= 4);

    // w4chtw00rd; the years were taken away before.
    private static string Plain(string folded) =>
        folded.Replace('0', 'o').Replace('1', 'i').Replace('3', 'e').Replace('4', 'a').Replace('5', 's').Replace('7', 't');

    [GeneratedRegex("(19|20)[0-9]{2}")]
    private static partial Regex Years();

    [GeneratedRegex(@"[^\p{L}\p{M}\p{N}]+")]
    private static partial Regex Separators();
}
