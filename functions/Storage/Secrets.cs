using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Ssp.Storage;

/// <summary>Random secrets, and the hashes under which they are stored.</summary>
public static class Secrets
{
    private const int IdLength = 32;

    // No 0/O, 1/l/I: a temporary password is read from a screen and typed, or dictated over the telephone.
    private const string Readable = "abcdefghijkmnpqrstuvwxyz23456789";

    /// <summary>256 random bits, as 43 characters that stand in a cookie.</summary>
    public static string NewSessionSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>128 random bits in hex, for ids.</summary>
    public static string NewId() => RandomNumberGenerator.GetHexString(IdLength, lowercase: true);

    /// <summary>An id that nothing has.</summary>
    public static readonly string NobodysId = new('0', IdLength);

    /// <summary>The id that is always made from the same text.</summary>
    public static string IdOf(string text) => Hash(text)[..IdLength];

    /// <summary>Whether a text has the form of a <see cref="NewId"/>.</summary>
    public static bool IsId([NotNullWhen(true)] string? id) => id?.Length == IdLength && id.All(char.IsAsciiHexDigitLower);

    /// <summary>100 random bits in four groups of five readable characters.</summary>
    public static string NewTemporaryPassword() =>
        string.Join('-', Enumerable.Range(0, 4).Select(_ => RandomNumberGenerator.GetString(Readable, 5)));

    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>The CSRF token of a session: made from its secret, so that it needs no storage and dies with it.</summary>
    public static string CsrfTokenOf(string sessionSecret) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(sessionSecret), "csrf"u8));

    public static bool Same(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));
}
