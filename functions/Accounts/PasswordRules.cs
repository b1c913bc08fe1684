using Ssp.Http;
using Ssp.Text;

namespace Ssp.Accounts;

/// <summary>
/// What a chosen password must be, after NIST SP 800-63B-4: long, not composed by recipe, and not one that guessers try first.
/// Length counts characters as a person sees code points, not UTF-16 units.
/// </summary>
public static class PasswordRules
{
    public const int MinLength = 15;
    public const int MaxLength = 256;

    // The estimator looks for patterns in every part of its input, so its time grows fast with length; what makes
    // a password guessable shows in its beginning.
    private const int JudgedCharacters = 100;

    // zxcvbn's scale goes from 0 to 4; 0 and 1 fall to an online guesser.
    private const int LowestScore = 2;

    /// <param name="personal">The e-mail address and organisation names of the person: a password may not contain them.</param>
    /// <returns>The sentences about what is wrong; empty when the password is good.</returns>
    public static Sentence[] Faults(string password, IReadOnlyCollection<string> personal)
    {
        if (!WellFormed.Is(password))
        {
            return [Sentences.Password.NotText];
        }

        var length = password.EnumerateRunes().Count();
        if (length < MinLength)
        {
            return [Sentences.Password.TooShort(MinLength)];
        }

        if (length > MaxLength)
        {
            return [Sentences.Password.TooLong(MaxLength)];
        }

        var words = personal.SelectMany(Parts).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        var folded = GuessableWords.Fold(password);
        if (words.Select(GuessableWords.Fold).Any(word => word.Length > 0 && folded.Contains(word, StringComparison.Ordinal)))
        {
            return [Sentences.Password.Personal];
        }

        if (IsRepetition(password))
        {
            return [Sentences.Password.Common];
        }

        if (GuessableWords.LeaveTooLittleOf(password, personal))
        {
            return [Sentences.Password.Guessable];
        }

        var judged = password.Length <= JudgedCharacters ? password : password[..JudgedCharacters];
        return Zxcvbn.Zxcvbn.MatchPassword(judged, words).Score < LowestScore ? [Sentences.Password.Common] : [];
    }

    private static IEnumerable<string> Parts(string text)
    {
        yield return text;
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at >= 4)
        {
            yield return text[..at];
        }
    }

    // One short piece over and over, whatever it is.
    private static bool IsRepetition(string password) =>
        Enumerable.Range(1, 8).Any(period =>
            password.Length >= 2 * period
            && Enumerable.Range(period, password.Length - period).All(i => password[i] == password[i - period]));
}
