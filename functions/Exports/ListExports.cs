using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Nippin;

namespace Ssp.Exports;

public sealed class ListExports(Access access, ExportStore exports, RegistryCatalog catalog)
{
    [Function(nameof(ListExports))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/organizations/{organizationId}/exports")] HttpRequest request,
        string organizationId, CancellationToken cancel)
    {
        var entry = await access.EnterAsync(request, nameof(ListExports), organizationId, cancel);
        var query = ListQuery.Of(request);
        var kind = NightQuery.Word<ExportKind>(request, "kind");
        var language = Texts.LanguageOf(request);
        var jobs = await exports.ListAsync(entry.Organization.Id, cancel);
        return Json.Answer(query.PageOf(
            jobs.Where(job => ExportAccess.MaySee(entry, job.Request) && (kind is null || job.Request.Kind == kind))
                .Where(job => query.Finds(job.Request.Source) || query.Finds(job.Request.Project) || query.Finds(job.RequestedBy))
                .Select(job => ExportView.Of(job, language, catalog))
                .ToList()));
    }
}
