using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Audit;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Certificates;

/// <summary>Takes a P12 file and its password in, sealed, and puts its check in the queue; the answer says where to ask how it goes.</summary>
public sealed class AddCertificate(
    Access access, CertificateStore certificates, CertificateViews views, AuditTrail audit, CertificateSettings settings, TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    [Function(nameof(AddCertificate))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/organizations/{organizationId}/certificates")] HttpRequest request,
        string organizationId, CancellationToken cancel)
    {
        var entry = await access.EnterAsync(request, nameof(AddCertificate), organizationId, cancel);
        if (await certificates.CountSinceAsync(entry.Organization.Id, clock.GetUtcNow() - Window, cancel) >= settings.UploadsPerHour)
        {
            throw new Problem(StatusCodes.Status429TooManyRequests, ProblemCodes.TooManyUploads) { RetryAfter = Window / 4 };
        }

        var form = await UploadForm.ReadAsync(request, cancel);
        using var file = form.File;
        var added = await audit.DoAsync(
            request,
            new AuditAction("certificate_uploaded", form.FileName, entry.Organization.Id, $"bytes: {file.P12.Length}"),
            untilDone => certificates.AddAsync(entry.Organization.Id, form.FileName, file, entry.Account, untilDone),
            made => new AuditAction("certificate_uploaded", form.FileName, Details: $"{made.Tell()}; bytes: {file.P12.Length}"));
        request.HttpContext.Response.Headers.Location = $"{Addresses.Api}/organizations/{organizationId}/certificates/{added.Id}";
        return Json.Answer(new { Certificate = await views.OfAsync(added, Texts.LanguageOf(request), cancel) }, StatusCodes.Status202Accepted);
    }
}
