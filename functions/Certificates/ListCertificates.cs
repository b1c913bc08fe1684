using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Certificates;

/// <summary>The history of an organisation's certificates, the newest upload first.</summary>
public sealed class ListCertificates(Access access, CertificateStore certificates, CertificateViews views)
{
    [Function(nameof(ListCertificates))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/organizations/{organizationId}/certificates")] HttpRequest request,
        string organizationId, CancellationToken cancel)
    {
        var entry = await access.EnterAsync(request, nameof(ListCertificates), organizationId, cancel);
        var query = ListQuery.Of(request);
        var all = await certificates.ListAsync(entry.Organization.Id, cancel);
        var found = all.Where(one => query.Finds(one.FileName) || query.Finds(one.UploadedBy) || query.Finds(one.Facts?.Authentication.Subject ?? ""));
        var page = query.PageOf([.. found]);
        var view = await views.OfOrganizationAsync(entry.Organization.Id, Texts.LanguageOf(request), cancel);
        return Json.Answer(new Page<CertificateView>([.. page.Items.Select(one => view(one, false))], page.NextCursor));
    }
}
