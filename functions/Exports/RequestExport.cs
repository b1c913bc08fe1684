using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Audit;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Text;

namespace Ssp.Exports;

/// <summary>Accepts an export and puts it in the queue; the answer says where to ask how it goes.</summary>
public sealed class RequestExport(Access access, ExportStore exports, Warehouse warehouse, RegistryCatalog catalog, AuditTrail audit)
{
    private abstract record Body(string? Kind, CsvProfile? Profile);

    private sealed record RegistrationsBody(string? Kind, string? Project, string? Collection, string? Version, CsvProfile? Profile) : Body(Kind, Profile);

    private sealed record ReportBody(string? Kind, string? Registry, string? Start, string? End, CsvProfile? Profile) : Body(Kind, Profile);

    [Function(nameof(RequestExport))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/organizations/{organizationId}/exports")] HttpRequest request,
        string organizationId, CancellationToken cancel)
    {
        var entry = await access.EnterAsync(request, nameof(RequestExport), organizationId, cancel);
        var body = await Json.ReadAsync<Body>(request, "kind", kind => BodyOf(kind, entry), cancel);
        ExportRequest wanted = body is ReportBody report
            ? RequireReport(report, entry.Organization)
            : await RequireExportableAsync((RegistrationsBody)body, entry.Organization, cancel);
        var job = await audit.DoAsync(
            request,
            new AuditAction("export_requested", wanted.Tell(), entry.Organization.Id),
            untilDone => exports.RequestAsync(entry.Organization.Id, wanted, entry.Account, untilDone),
            made => new AuditAction("export_requested", wanted.Tell(), Details: $"export: {made.Id}"));
        request.HttpContext.Response.Headers.Location = $"{Addresses.Api}/organizations/{organizationId}/exports/{job.Id}";
        return Json.Answer(new { Export = ExportView.Of(job, Texts.LanguageOf(request), catalog) }, StatusCodes.Status202Accepted);
    }

    private static Type BodyOf(string? kind, Entry entry)
    {
        var (line, body) = kind switch
        {
            "csv" => (ExportKind.Csv, typeof(RegistrationsBody)),
            "nippin" => (ExportKind.Nippin, typeof(ReportBody)),
            _ => throw Problem.Invalid("kind", Sentences.Field.OneOf("csv, nippin")),
        };
        // A kind the caller may not have is one that is not there.
        return entry.May(ExportAccess.LineOf(nameof(RequestExport), line)) ? body : throw Problem.NotFound();
    }

    private ReportRequest RequireReport(ReportBody body, Organization organization)
    {
        var faults = new Dictionary<string, Sentence[]>();
        DateOnly? Day(string field, string? text)
        {
            var (day, fault) = DayText.Read(text);
            if (fault is not null)
            {
                faults[field] = [fault];
            }

            return day;
        }

        var known = catalog.Reimbursed.Where(one => one.Collection.Name == body.Registry).ToList();
        if (known.Count == 0)
        {
            faults["registry"] = [string.IsNullOrEmpty(body.Registry) ? Sentences.Field.ChooseOne : Sentences.Field.RegistryUnknown];
        }

        var (start, end) = (Day("start", body.Start), Day("end", body.End));
        if (start > end)
        {
            faults["end"] = [Sentences.Field.DayBeforeFrom];
        }

        return faults.Count == 0
            ? new ReportRequest(known[0].Registry.Project, body.Registry!, start!.Value, end!.Value, body.Profile ?? CsvProfile.Hd4dp, organization.Nihdi)
            : throw Problem.Invalid(faults);
    }

    private async Task<RegistrationsRequest> RequireExportableAsync(RegistrationsBody body, Organization organization, CancellationToken cancel)
    {
        var faults = new Dictionary<string, Sentence[]>();
        void Missing(string field, string? value)
        {
            if (string.IsNullOrEmpty(value))
            {
                faults[field] = [Sentences.Field.ChooseOne];
            }
        }

        Missing("project", body.Project);
        Missing("collection", body.Collection);
        Missing("version", body.Version);
        if (faults.Count == 0)
        {
            var found = await warehouse.ListCollectionsAsync(organization.Nihdi, cancel);
            var known = catalog.Find(body.Collection!);
            if (known is not { Collection.Exportable: true } || found.All(one => one.Name != body.Collection))
            {
                faults["collection"] = [Sentences.Field.CollectionUnknown];
            }
            else if (known.Value.Registry.Project != body.Project)
            {
                faults["project"] = [Sentences.Field.ProjectUnknown];
            }
            else if (!found.Any(one => one.Name == body.Collection && one.Version == body.Version))
            {
                faults["version"] = [Sentences.Field.VersionUnknown];
            }
        }

        return faults.Count == 0
            ? new RegistrationsRequest(body.Project!, body.Collection!, body.Version!, body.Profile ?? CsvProfile.Hd4dp, organization.Nihdi)
            : throw Problem.Invalid(faults);
    }
}
