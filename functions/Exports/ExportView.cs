using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Jobs;
using Ssp.Text;

namespace Ssp.Exports;

/// <summary>What the API says about an export.</summary>
/// <param name="Version">Null for a NIPPIN report.</param>
/// <param name="Registry">What a NIPPIN report is about; its name for people is <paramref name="Name"/>.</param>
/// <param name="Warnings">What is missing in the finished file.</param>
/// <param name="Progress">Percent, or null while it is not known how much there is.</param>
public sealed record ExportView(
    string Id, ExportKind Kind, string Project, string Collection, string? Version, CsvProfile Profile, JobState State, string RequestedBy,
    DateTimeOffset RequestedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, long Rows, long? Bytes, string? Sha256, string? FileName, string? Error,
    DateTimeOffset? ExpiresAt, int? Progress, string? Registry, string? Name, DateOnly? Start, DateOnly? End,
    IReadOnlyList<string> Warnings)
{
    public static ExportView Of(ExportJob job, string language, RegistryCatalog catalog)
    {
        var registrations = job.Request as RegistrationsRequest;
        var report = job.Request as ReportRequest;
        var name = report is not null && catalog.Find(report.Registry) is { } known ? known.Registry.NameIn(language, known.Collection) : null;
        return new(
            job.Id, job.Request.Kind, job.Request.Project, job.Request.Source, registrations?.Version, job.Request.Profile, job.State, job.RequestedBy,
            job.AskedAt, job.StartedAt, job.FinishedAt, job.Rows, job.Bytes, job.Sha256, job.FileName,
            job.Why is { } why ? Texts.Say(language, why) : null, job.ExpiresAt, Percent(job), report?.Registry, name, report?.Start, report?.End,
            [.. job.Warnings.Select(warning => Texts.Say(language, warning))]);
    }

    private static int? Percent(ExportJob job) => job.State switch
    {
        JobState.Succeeded => 100,
        JobState.Running when job.Total > 0 => (int)Math.Min(99, 100 * job.Rows / job.Total.Value),
        _ => null,
    };
}
