using Microsoft.AspNetCore.Http;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Jobs;

namespace Ssp.Certificates;

/// <summary>The door to one certificate: first the organisation's, then the certificate has to be there.</summary>
public sealed class CertificateAccess(Access access, CertificateStore certificates)
{
    /// <param name="function">The name under which the call stands in the permission table.</param>
    public async Task<(Entry Entry, Certificate Certificate)> RequireAsync(
        HttpRequest request, string function, string organizationId, string certificateId, CancellationToken cancel)
    {
        var entry = await access.EnterAsync(request, function, organizationId, cancel);
        return JobId.TryParse(certificateId) is { } id && await certificates.FindAsync(entry.Organization.Id, id, cancel) is { } certificate
            ? (entry, certificate)
            : throw Problem.NotFound();
    }
}
