using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Http;

namespace Ssp.Certificates;

/// <summary>All that happened to a certificate, oldest first.</summary>
public sealed class ShowCertificateLog(CertificateAccess access, CertificateStore certificates, TimeProvider clock)
{
    [Function(nameof(ShowCertificateLog))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/organizations/{organizationId}/certificates/{certificateId}/log")] HttpRequest request,
        string organizationId, string certificateId, CancellationToken cancel)
    {
        var (_, certificate) = await access.RequireAsync(request, nameof(ShowCertificateLog), organizationId, certificateId, cancel);
        var language = Texts.LanguageOf(request);
        var lines = await certificates.ReadLogAsync(certificate, cancel);
        if (certificate.HasRunOut(clock.GetUtcNow()))
        {
            lines = [.. lines, certificate.LatestAt(clock.GetUtcNow())!];
        }

        return Json.Answer(new Page<LogLineView>([.. lines.Select(line => LogLineView.Of(line, certificate.Findings, language))], null));
    }
}
