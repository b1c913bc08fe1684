using Ssp.Http;

namespace Ssp.Identity;

/// <summary>Roles as files, tables and addresses write them, for example csv_upload_manager.</summary>
public static class RoleWords
{
    private static readonly IReadOnlyDictionary<string, Role> ByWord = Enum.GetValues<Role>().ToDictionary(Of);

    /// <summary>All of them, for sentences.</summary>
    public static string All => string.Join(", ", ByWord.Keys);

    public static string Of(Role role) => Json.Word(role);

    public static string Of(IEnumerable<Role> roles, char separator) => string.Join(separator, roles.Distinct().Order().Select(Of));

    /// <summary>Roles as the audit trail tells of them.</summary>
    public static string Told(IReadOnlyCollection<Role> roles) => $"roles: {TellOf(roles)}";

    /// <summary>A change of roles as the audit trail tells of it.</summary>
    public static string Told(IReadOnlyCollection<Role> before, IReadOnlyCollection<Role> after) => $"roles: {TellOf(before)} → {TellOf(after)}";

    private static string TellOf(IReadOnlyCollection<Role> roles) => roles.Count == 0 ? "none" : Of(roles, ' ');

    public static bool TryParse(string word, out Role role) => ByWord.TryGetValue(word.Trim().ToLowerInvariant(), out role);
}
