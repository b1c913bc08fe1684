using Ssp.Http;
using Ssp.Text;

namespace Ssp.Exports;

public enum ExportKind
{
    Csv,
    Nippin,
}

/// <summary>What is asked of an export; two requests that are equal ask for the same file.</summary>
/// <param name="Nihdi">The organisation's number at that time: under another number the export is not the organisation's any more.</param>
public abstract record ExportRequest(string Project, CsvProfile Profile, string Nihdi)
{
    public abstract ExportKind Kind { get; }

    /// <summary>The exact name of the collection that it is about.</summary>
    public abstract string Source { get; }

    /// <summary>As the audit trail tells of it.</summary>
    public abstract string Tell();
}

/// <summary>The registrations of one version of a collection, as CSV.</summary>
public sealed record RegistrationsRequest(string Project, string Collection, string Version, CsvProfile Profile, string Nihdi)
    : ExportRequest(Project, Profile, Nihdi)
{
    public override ExportKind Kind => ExportKind.Csv;

    public override string Source => Collection;

    public override string Tell() => $"{Collection}, version {Version}, {Json.Word(Profile)}";
}

/// <summary>A period of the last good night of a reimbursed registry, whatever the versions of its registrations.</summary>
/// <param name="Start">The first implant date.</param>
/// <param name="End">The last implant date.</param>
public sealed record ReportRequest(string Project, string Registry, DateOnly Start, DateOnly End, CsvProfile Profile, string Nihdi)
    : ExportRequest(Project, Profile, Nihdi)
{
    public override ExportKind Kind => ExportKind.Nippin;

    public override string Source => Registry;

    public override string Tell() => $"NIPPIN {Registry}, {Start:yyyy-MM-dd} to {End:yyyy-MM-dd}, {Json.Word(Profile)}";
}
