using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Ssp.Audit.Forwarding;

/// <summary>An event as a message after RFC 5424, with its length before it (RFC 6587 and 5425: octet counting).</summary>
public static partial class SyslogMessage
{
    /// <summary>What RFC 5425 asks of every receiver to take, in octets; of more some cut the end.</summary>
    public const int Max = 8_192;

    // Log audit, and how urgent it is.
    private const int Facility = 13;
    private const int Warning = 4;
    private const int Informational = 6;

    private const int MaxMessageId = 32;

    /// <param name="host">Whose events these are.</param>
    public static byte[] Of(ForwardedEvent one, string host)
    {
        var header = Encoding.ASCII.GetBytes(HeaderOf(AuditHash.Parse(one.Stored.Text), host));
        // In UTF-8 and without the mark that would say so, which readers of JSON take for a fault: RFC 5424 allows it as MSG-ANY.
        var line = one.ToLine(Max - header.Length);
        return [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{header.Length + line.Length} ")), .. header, .. line];
    }

    // No structured data: its elements need a number that IANA gave to somebody, and all of it stands in the JSON.
    private static string HeaderOf(AuditEvent? one, string host)
    {
        var severity = one?.Result is AuditResult.Done or AuditResult.Requested ? Informational : Warning;
        var at = one?.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture) ?? "-";
        return string.Create(CultureInfo.InvariantCulture, $"<{(Facility * 8) + severity}>1 {at} {host} hd4dp-ssp - {MessageIdOf(one)} - ");
    }

    // The action, for filters. Of a row that somebody edited it may be anything.
    private static string MessageIdOf(AuditEvent? one) =>
        one is not null && Word().IsMatch(one.Action.Name) ? one.Action.Name[..Math.Min(one.Action.Name.Length, MaxMessageId)] : "-";

    [GeneratedRegex(@"\A[a-z0-9_]+\z")]
    private static partial Regex Word();
}
