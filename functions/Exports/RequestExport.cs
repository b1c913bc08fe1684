using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Audit;
using Ssp.Exports.Csv;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Nippin;
using Ssp.Organizations;

namespace Ssp.Exports;

/// <summary>Accepts an export and puts it in the queue; the answer says where to ask how it goes.</summary>
public sealed class RequestExport(ExportAccess access, ExportStore exports, Warehouse warehouse, RegistryCatalog catalog, AuditTrail audit)
{
    private sealed record Wish(string? Kind, string? Project, string? Collection, string? Version, CsvProfile? Profile, string? Registry, string? Start, string? End);

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

        var wanted = wish.Kind switch
        {
            "csv" => await RequireExportableAsync(wish, entry.Organization, cancel),
            "nippin" => RequireReport(wish, entry.Organization),
            _ => throw Problem.Invalid("kind", new Sentence("field.one_of", "csv, nippin")),
        };
        var job = await audit.DoAsync(
            request,
            new Deed("export_requested", wanted.Tell(), entry.Organization.Id),
            cancel => exports.RequestAsync(entry.Organization.Id, wanted, entry.Account, cancel),
            made => new Deed("export_requested", wanted.Tell(), Details: $"export: {made.Id}"));
        request.HttpContext.Response.Headers.Location = $"/ssp/api/organizations/{organizationId}/exports/{job.Id}";
        return Json.Answer(new { Export = ExportView.Of(job, Texts.LanguageOf(request), catalog) }, StatusCodes.Status202Accepted);
    }

    private ExportRequest RequireReport(Wish wish, Organization organization)
    {
        var faults = new Dictionary<string, Sentence[]>();
        DateOnly? Day(string field, string? text)
        {
            var day = string.IsNullOrEmpty(text) ? null : NightQuery.ParseDay(text);
            if (day is null)
            {
                faults[field] = [new Sentence(string.IsNullOrEmpty(text) ? "field.day_missing" : "field.day")];
            }

            return day;
        }

        var known = catalog.Reimbursed.Where(one => one.Collection.Name == wish.Registry).ToList();
        if (known.Count == 0)
        {
            faults["registry"] = [new Sentence(string.IsNullOrEmpty(wish.Registry) ? "field.choose_one" : "field.registry_unknown")];
        }

        var (start, end) = (Day("start", wish.Start), Day("end", wish.End));
        if (start > end)
        {
            faults["end"] = [new Sentence("field.day_before_from")];
        }

        return faults.Count == 0
            ? new ExportRequest(ExportKind.Nippin, known[0].Registry.Project, wish.Registry!, "", wish.Profile ?? CsvProfile.Hd4dp, organization.Nihdi, start, end)
            : throw Problem.Invalid(faults);
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
