using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Http;

namespace Ssp.Certificates;

public sealed class ShowCertificate(CertificateAccess access, CertificateViews views)
{
    [Function(nameof(ShowCertificate))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/organizations/{organizationId}/certificates/{certificateId}")] HttpRequest request,
        string organizationId, string certificateId, CancellationToken cancel)
    {
        var (_, certificate) = await access.RequireAsync(request, nameof(ShowCertificate), organizationId, certificateId, cancel);
        return Json.Answer(await views.OfAsync(certificate, Texts.LanguageOf(request), cancel));
    }
}
