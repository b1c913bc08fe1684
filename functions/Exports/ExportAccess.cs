using Microsoft.AspNetCore.Http;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Exports;

/// <summary>
/// The right to an export follows its kind: CSV needs the CSV Upload Manager, NIPPIN the NIPPIN Manager. Who has neither role gets 403;
/// who has one does not learn of exports of the other kind.
/// </summary>
public sealed class ExportAccess(Access access, ExportStore exports)
{
    public static Role RoleFor(ExportKind kind) => kind == ExportKind.Csv ? Role.CsvUploadManager : Role.NippinManager;

    public static bool May(Entry entry, ExportKind kind) => entry.Membership?.Has(RoleFor(kind)) == true;

    /// <summary>Whether the caller may know of this export. One made under a number the organisation no longer has is nobody's.</summary>
    public static bool May(Entry entry, ExportRequest wanted) => May(entry, wanted.Kind) && wanted.Nihdi == entry.Organization.Nihdi;

    /// <summary>The door to exports of any kind.</summary>
    public Task<Entry> RequireAnyAsync(HttpRequest request, string organizationId, CancellationToken cancel) =>
        access.EnterAsync(request, nameof(ListExports), organizationId, cancel);

    public async Task<ExportJob> RequireExportAsync(HttpRequest request, string organizationId, string exportId, CancellationToken cancel)
    {
        var entry = await RequireAnyAsync(request, organizationId, cancel);
        return await exports.FindAsync(entry.Organization.Id, exportId, cancel) is { } job && May(entry, job.Request) ? job : throw Problem.NotFound();
    }
}
