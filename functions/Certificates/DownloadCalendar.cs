using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Certificates.EHealth;
using Ssp.Http;
using Ssp.Clock;

namespace Ssp.Certificates;

/// <summary>A calendar file (iCalendar, RFC 5545) with the day from which the certificate can be renewed and the day it ends, with reminders.</summary>
public sealed class DownloadCalendar(CertificateAccess access, CertificateSettings settings, TimeProvider clock)
{
    private const int MaxLine = 75;

    [Function(nameof(DownloadCalendar))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/organizations/{organizationId}/certificates/{certificateId}/calendar")]
        HttpRequest request,
        string organizationId, string certificateId, CancellationToken cancel)
    {
        var (entry, certificate) = await access.RequireAsync(request, nameof(DownloadCalendar), organizationId, certificateId, cancel);
        var facts = certificate.Facts ?? throw Problem.NotFound();
        var text = Text(entry.Organization.Title, certificate.Id, facts.NotAfter, settings.Rules, clock.GetUtcNow(), Texts.LanguageOf(request));
        return TypedResults.File(Encoding.UTF8.GetBytes(text), "text/calendar; charset=utf-8", "ehealth-certificate.ics");
    }

    public static string Text(string organization, string certificateId, DateTimeOffset notAfter, CertificateRules rules, DateTimeOffset now, string language)
    {
        var opens = Renewal.Opens(notAfter, rules);
        List<string> lines =
        [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//HD4DP2 Self-Service Portal//EN", "CALSCALE:GREGORIAN",
            .. Event($"{certificateId}-renewal", opens, Sentences.Calendar.Renewal(organization, BelgianTime.Day(notAfter)), []),
            .. Event($"{certificateId}-end", notAfter, Sentences.Calendar.End(organization), [60, 30, 14, 7, 1]),
            "END:VCALENDAR",
        ];
        return string.Concat(lines.Select(Folded));

        IEnumerable<string> Event(string id, DateTimeOffset day, Sentence sentence, int[] reminders)
        {
            var date = BelgianTime.Of(day).Date;
            var summary = Escaped(Texts.Say(language, sentence));
            return
            [
                "BEGIN:VEVENT", $"UID:{id}@ssp", $"DTSTAMP:{now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}",
                $"DTSTART;VALUE=DATE:{date.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}",
                $"DTEND;VALUE=DATE:{date.AddDays(1).ToString("yyyyMMdd", CultureInfo.InvariantCulture)}",
                $"SUMMARY:{summary}", "TRANSP:TRANSPARENT",
                .. reminders.SelectMany(days => (string[])["BEGIN:VALARM", "ACTION:DISPLAY", $"DESCRIPTION:{summary}", $"TRIGGER:-P{days}D", "END:VALARM"]),
                "END:VEVENT",
            ];
        }
    }

    // RFC 5545, section 3.3.11.
    private static string Escaped(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal);

    // Section 3.1: at most 75 bytes, then a line that begins with a space.
    private static string Folded(string line)
    {
        var folded = new StringBuilder();
        var bytes = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (bytes + rune.Utf8SequenceLength > MaxLine)
            {
                folded.Append("\r\n ");
                bytes = 1;
            }

            folded.Append(rune);
            bytes += rune.Utf8SequenceLength;
        }

        return folded.Append("\r\n").ToString();
    }
}
