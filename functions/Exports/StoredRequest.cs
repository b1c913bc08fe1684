using Ssp.Text;

namespace Ssp.Exports;

/// <summary>An <see cref="ExportRequest"/> of either kind as it stands in a row.</summary>
/// <param name="Collection">Of a report, the registry.</param>
/// <param name="Version">Empty for a report.</param>
/// <param name="Start">Of a report only.</param>
/// <param name="End">Of a report only.</param>
public sealed record StoredRequest(
    ExportKind Kind, string Project, string Collection, string Version, CsvProfile Profile, string Nihdi, DateOnly? Start, DateOnly? End)
{
    public static StoredRequest Of(ExportRequest request) => request switch
    {
        ReportRequest one => new(one.Kind, one.Project, one.Registry, "", one.Profile, one.Nihdi, one.Start, one.End),
        RegistrationsRequest one => new(one.Kind, one.Project, one.Collection, one.Version, one.Profile, one.Nihdi, null, null),
        _ => throw new ArgumentOutOfRangeException(nameof(request), request, "A kind of export that has no stored form."),
    };

    public ExportRequest ToRequest() => Kind == ExportKind.Nippin
        ? new ReportRequest(Project, Collection, Start!.Value, End!.Value, Profile, Nihdi)
        : new RegistrationsRequest(Project, Collection, Version, Profile, Nihdi);
}
