using Microsoft.AspNetCore.Http;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Jobs;

namespace Ssp.Exports;

/// <summary>
/// The door to exports. The permission table has a line for each kind of export: who may have none gets 403, who may have another kind does
/// not learn of this one.
/// </summary>
public sealed class ExportAccess(Access access, ExportStore exports)
{
    /// <summary>The line of the table for a call about exports of this kind.</summary>
    public static string LineOf(string function, ExportKind kind) => $"{function} {Json.Word(kind)}";

    /// <summary>Whether the caller may know of this export. One made under a number the organisation no longer has is nobody's.</summary>
    public static bool MaySee(Entry entry, ExportRequest wanted) => May(entry, nameof(ShowExport), wanted);

    /// <summary>The door to a call about one export.</summary>
    /// <param name="function">The name under which the call stands in the permission table, without its case.</param>
    /// <exception cref="Problem">As the table says; 404 when there is none, or it is of a kind that the caller may not have.</exception>
    public async Task<ExportJob> RequireExportAsync(HttpRequest request, string function, string organizationId, string exportId, CancellationToken cancel)
    {
        var entry = await access.EnterAsync(request, function, organizationId, cancel);
        return JobId.TryParse(exportId) is { } id && await exports.FindAsync(entry.Organization.Id, id, cancel) is { } job && May(entry, function, job.Request)
            ? job
            : throw Problem.NotFound();
    }

    private static bool May(Entry entry, string function, ExportRequest wanted) =>
        entry.May(LineOf(function, wanted.Kind)) && wanted.Nihdi == entry.Organization.Nihdi;
}
