using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Mail;
using System.Security.Cryptography;
using System.Text;
using Ssp.Http;
using Ssp.Text;

namespace Ssp.Identity;

/// <summary>An e-mail address, normalised so that one mailbox is one account: trimmed, NFC, lower case, the domain in its ASCII form.</summary>
public sealed record EmailAddress
{
    private const int MaxCharacters = 254;

    private EmailAddress(string value) => Value = value;

    public string Value { get; }

    /// <summary>The account's key: SHA-256 of the address in hex. An address itself may hold characters a table key cannot.</summary>
    public string AccountId => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Value)));

    /// <summary>
    /// The first sign before the @ that can be taken for another one: a letter of an alphabet other than the Latin, a wide or styled form, a mark by itself.
    /// Null when there is none. Such an address may be somebody's, but whoever reads it takes it for a colleague's.
    /// </summary>
    public Rune? LookAlike
    {
        get
        {
            foreach (var rune in Value[..Value.LastIndexOf('@')].EnumerateRunes())
            {
                if (!IsLatin(rune))
                {
                    return rune;
                }
            }

            return null;
        }
    }

    public static bool TryParse(string? text, [NotNullWhen(true)] out EmailAddress? address)
    {
        address = null;
        if (text?.Trim() is not { } trimmed || !WellFormed.Is(trimmed))
        {
            return false;
        }

        // One accent may be written as one character or as two; also the parser below knows only the one.
        trimmed = trimmed.Normalize(NormalizationForm.FormC);
        if (string.IsNullOrEmpty(trimmed) || trimmed.Length > MaxCharacters || trimmed.Any(IsUnseen))
        {
            return false;
        }

        try
        {
            var at = trimmed.LastIndexOf('@');
            if (at < 1 || !MailAddress.TryCreate(trimmed, out var parsed) || parsed.Address != trimmed)
            {
                return false;
            }

            var domain = new IdnMapping { UseStd3AsciiRules = true }.GetAscii(trimmed[(at + 1)..].TrimEnd('.'));
            address = new EmailAddress($"{trimmed[..at]}@{domain}".ToLowerInvariant());
            return true;
        }
        catch (ArgumentException)
        {
            // A domain that is none.
            return false;
        }
    }

    // What nobody sees would make two accounts that look like one.
    private static bool IsUnseen(char c) => char.IsControl(c) || char.IsWhiteSpace(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format;

    // The Latin letters of Unicode up to Extended-B, and those with two accents.
    private static bool IsLatin(Rune rune) => rune.Value is < 0x80 or (>= 0xA1 and <= 0x24F) or (>= 0x1E00 and <= 0x1EFF);

    /// <summary>An address that somebody types for somebody else.</summary>
    /// <returns>What is wrong with it, or null; then the address is there.</returns>
    public static Sentence? FaultOf(string? text, out EmailAddress? address) =>
        !TryParse(text, out address) ? Sentences.Field.EmailWrong
        : address.LookAlike is { } rune
            ? Sentences.Field.EmailLookAlike(VisibleText.Of(rune.ToString(), 30), string.Create(CultureInfo.InvariantCulture, $"U+{rune.Value:X4}"))
        : null;

    /// <exception cref="Problem">400 naming the field "email" when it is missing, or has a fault (<see cref="FaultOf"/>).</exception>
    public static EmailAddress Require(string? text) =>
        string.IsNullOrWhiteSpace(text) ? throw Problem.Invalid("email", Sentences.Field.EmailMissing)
        : FaultOf(text, out var address) is { } fault ? throw Problem.Invalid("email", fault)
        : address!;

    public override string ToString() => Value;
}
