using System.Text;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Text;

namespace Ssp.Members;

/// <summary>A line of a member file, as far as it can be judged by itself.</summary>
/// <param name="Line">Its number in the file, the header being 1.</param>
/// <param name="Email">As it was written, where it is no address.</param>
public sealed record MemberLine(int Line, string Email, EmailAddress? Address, IReadOnlyList<Role> Roles, IReadOnlyList<Sentence> Faults);

/// <summary>Members as a CSV file: columns email and roles; between columns ; , or a tab, between roles a | , a comma or a space.</summary>
public static class MemberFile
{
    public const string EmailColumn = "email";
    public const string RolesColumn = "roles";

    /// <summary>The whole file is one step in storage, which takes only so many.</summary>
    public const int MaxLines = MembershipStore.MaxAtOnce;

    /// <exception cref="Problem">400 naming the field "csv": no header, no lines, or too many.</exception>
    public static IReadOnlyList<MemberLine> Read(string? csv)
    {
        var text = (csv ?? "").TrimStart('\uFEFF');
        var separator = SeparatorOf(text);
        var records = CsvText.Read(Encoding.UTF8.GetBytes(text), separator).ToList();
        var header = records.FirstOrDefault()?.Fields.Select(name => name.Trim().ToLowerInvariant()).ToList() ?? [];
        var (email, roles) = (header.IndexOf(EmailColumn), header.IndexOf(RolesColumn));
        if (email < 0 || roles < 0)
        {
            throw Problem.Invalid("csv", Sentences.Field.CsvHeader);
        }

        var lines = records.Skip(1).Where(record => record.Fields.Any(field => !string.IsNullOrWhiteSpace(field))).ToList();
        if (lines.Count is 0 or > MaxLines)
        {
            throw Problem.Invalid("csv", lines.Count == 0 ? Sentences.Field.CsvEmpty : Sentences.Field.CsvTooMany(MaxLines));
        }

        var seen = new HashSet<string>();
        return
        [
            .. lines.Select(record => Judge(
                record.Line, Restored(record.Fields.ElementAtOrDefault(email)), Restored(record.Fields.ElementAtOrDefault(roles)), seen)),
        ];
    }

    // Our own list comes back with what was written into it for spreadsheets.
    private static string Restored(string? field) => FormulaText.Restore(field ?? "");

    private static MemberLine Judge(int line, string email, string roles, HashSet<string> seen)
    {
        var faults = new List<Sentence>();
        if (EmailAddress.FaultOf(email, out var address) is { } fault)
        {
            faults.Add(fault);
        }
        else if (!seen.Add(address!.Value))
        {
            faults.Add(Sentences.Field.EmailTwice);
        }

        var known = new List<Role>();
        foreach (var word in roles.Split(['|', ',', ' ', '/'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (RoleWords.TryParse(word, out var role))
            {
                known.Add(role);
            }
            else
            {
                faults.Add(Sentences.Field.RoleUnknown(word.Length > 40 ? word[..40] + "…" : word, RoleWords.All));
            }
        }

        return new MemberLine(line, address?.Value ?? email.Trim(), address, [.. known.Distinct().Order()], faults);
    }

    private static char SeparatorOf(string text)
    {
        var header = text.AsSpan(0, text.AsSpan().IndexOfAny('\r', '\n') is var end && end >= 0 ? end : text.Length);
        return header.Contains(';') ? ';' : header.Contains('\t') ? '\t' : ',';
    }
}
