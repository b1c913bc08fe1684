using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Http;

namespace Ssp.Certificates;

/// <summary>The certificates without their keys, for somebody who has to know or trust them. The P12 file itself never leaves the portal this way.</summary>
public sealed class DownloadPublicParts(CertificateAccess access, CertificateFiles files)
{
    [Function(nameof(DownloadPublicParts))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/organizations/{organizationId}/certificates/{certificateId}/public")]
        HttpRequest request,
        string organizationId, string certificateId, CancellationToken cancel)
    {
        var (_, certificate) = await access.RequireAsync(request, nameof(DownloadPublicParts), organizationId, certificateId, cancel);
        var which = Choice(request, "certificate", "authentication", "encryption");
        var format = Choice(request, "format", "pem", "der", "chain");
        var parts = await files.FindPublicPartsAsync(certificate, cancel) ?? throw Problem.NotFound();
        var wanted = which == "authentication" ? parts.Authentication : parts.Encryption ?? throw Problem.NotFound();
        // The encryption certificate is issued by the authentication key, and so is the way up.
        IEnumerable<byte[]> above = which == "authentication" ? parts.Chain : [parts.Authentication, .. parts.Chain];
        return format == "der"
            ? TypedResults.File(wanted, "application/pkix-cert", $"{which}.cer")
            : TypedResults.File(
                PublicParts.Pem(format == "chain" ? above.Prepend(wanted) : [wanted]),
                "application/x-pem-file",
                format == "chain" ? $"{which}-chain.pem" : $"{which}.pem");
    }

    private static string Choice(HttpRequest request, string name, params string[] words)
    {
        var word = request.Query[name].ToString();
        return word.Length == 0 ? words[0] : words.Contains(word) ? word : throw Problem.Invalid(name, Sentences.Field.Role(string.Join(", ", words)));
    }
}
