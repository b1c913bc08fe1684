using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Audit;
using Ssp.Exports.Csv;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Organizations;

namespace Ssp.Exports;

/// <summary>Accepts an export and puts it in the queue; the answer says where to ask how it goes.</summary>
public sealed class RequestExport(ExportAccess access, ExportStore exports, Warehouse warehouse, RegistryCatalog catalog, AuditTrail audit)
{
    private sealed record Wish(string? Kind, string? Project, string? Collection, string? Version, CsvProfile? Profile);

    [Function(nameof(RequestExport))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/organizations/{organizationId}/exports")] HttpRequest request,
        string organizationId, CancellationToken cancel)
    {
        var entry = await access.RequireAnyAsync(request, organizationId, cancel);
        var wish = await Json.ReadAsync<Wish>(request, cancel);
        // A kind the caller may not have is one that is not there.
        if (wish.Kind is "csv" or "nippin" && !ExportAccess.May(entry, wish.Kind == "csv" ? ExportKind.Csv : ExportKind.Nippin))
        {
            throw Problem.NotFound();
        }

        if (wish.Kind != "csv")
        {
            throw Problem.Invalid("kind", new Sentence("field.kind"));
        }

        var wanted = await RequireExportableAsync(wish, entry.Organization, cancel);
        var job = await audit.DoAsync(
            request,
            new Deed("export_requested", wanted.Tell(), entry.Organization.Id),
            cancel => exports.RequestAsync(entry.Organization.Id, wanted, entry.Account, cancel),
            made => new Deed("export_requested", wanted.Tell(), Details: $"export: {made.Id}"));
        request.HttpContext.Response.Headers.Location = $"/ssp/api/organizations/{organizationId}/exports/{job.Id}";
        return Json.Answer(new { Export = ExportView.Of(job, Texts.LanguageOf(request)) }, StatusCodes.Status202Accepted);
    }

    private async Task<ExportRequest> RequireExportableAsync(Wish wish, Organization organization, CancellationToken cancel)
    {
        var faults = new Dictionary<string, Sentence[]>();
        void Missing(string field, string? value)
        {
            if (string.IsNullOrEmpty(value))
            {
                faults[field] = [new Sentence("field.choose_one")];
            }
        }

        Missing("project", wish.Project);
        Missing("collection", wish.Collection);
        Missing("version", wish.Version);
        if (faults.Count == 0)
        {
            var found = await warehouse.ListCollectionsAsync(organization.Nihdi, cancel);
            var known = catalog.Find(wish.Collection!);
            if (known is not { Collection.Exportable: true } || found.All(one => one.Name != wish.Collection))
            {
                faults["collection"] = [new Sentence("field.collection_unknown")];
            }
            else if (known.Value.Registry.Project != wish.Project)
            {
                faults["project"] = [new Sentence("field.project_unknown")];
            }
            else if (!found.Any(one => one.Name == wish.Collection && one.Version == wish.Version))
            {
                faults["version"] = [new Sentence("field.version_unknown")];
            }
        }

        return faults.Count == 0
            ? new ExportRequest(ExportKind.Csv, wish.Project!, wish.Collection!, wish.Version!, wish.Profile ?? CsvProfile.Hd4dp, organization.Nihdi)
            : throw Problem.Invalid(faults);
    }
}
