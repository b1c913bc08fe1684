using Microsoft.AspNetCore.Http;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Certificates;

/// <summary>The door to one certificate: first the organisation's, then the certificate has to be there.</summary>
public sealed class CertificateAccess(Access access, CertificateStore certificates)
{
    /// <param name="function">The name under which the call stands in the permission table.</param>
    public async Task<(Entry Entry, Certificate Certificate)> RequireAsync(HttpRequest request, string function, string organizationId, string certificateId, CancellationToken cancel)
    {
        var entry = await access.EnterAsync(request, function, organizationId, cancel);
        return (entry, await certificates.FindAsync(entry.Organization.Id, certificateId, cancel) ?? throw Problem.NotFound());
    }
}
