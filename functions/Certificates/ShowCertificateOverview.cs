using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Certificates;

/// <summary>For a Certificate Manager: each of their organisations with its active certificate and what happened last.</summary>
public sealed class ShowCertificateOverview(
    Access access, OrganizationStore organizations, MembershipStore memberships, CertificateStore certificates, CertificateViews views, TimeProvider clock)
{
    /// <param name="Expired">Where none is active: the newest that was and whose time is over.</param>
    private sealed record Line(Place Organization, CertificateView? Active, CertificateView? Expired, CertificateView? Latest, int? DaysLeft);

    private sealed record Place(string Id, string Title, string Nihdi);

    [Function(nameof(ShowCertificateOverview))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/certificates")] HttpRequest request, CancellationToken cancel)
    {
        await access.RequireAsync(request, nameof(ShowCertificateOverview), cancel);
        var query = ListQuery.Of(request);
        var language = Texts.LanguageOf(request);
        var own = new List<Organization>();
        foreach (var membership in await memberships.ListOfAccountAsync(request.Caller().Account, cancel))
        {
            if (Permissions.May(nameof(ListCertificates), Access.StandingsOf(membership, false), isOwn: true)
                && await organizations.FindAsync(membership.OrganizationId, cancel) is { } organization
                && (query.Finds(organization.Title) || query.Finds(organization.Nihdi)))
            {
                own.Add(organization);
            }
        }

        var page = query.PageOf([.. own.OrderBy(organization => organization.Title, StringComparer.InvariantCultureIgnoreCase)]);
        var lines = await Task.WhenAll(page.Items.Select(organization => LineAsync(organization, language, cancel)));
        return Json.Answer(new Page<Line>(lines, page.NextCursor));
    }

    private async Task<Line> LineAsync(Organization organization, string language, CancellationToken cancel)
    {
        var pointer = await certificates.ReadActiveAsync(organization.Id, cancel);
        var view = await views.OfOrganizationAsync(organization.Id, language, cancel, pointer);
        var latest = await certificates.FindNewestAsync(organization.Id, cancel);
        var active = pointer.CertificateId is not { } id ? null : latest?.Id == id ? latest : await certificates.FindAsync(organization.Id, id, cancel);
        var now = clock.GetUtcNow();
        if (active?.StatusAt(now) == CertificateStatus.Expired)
        {
            active = null;
        }

        var expired = active is null
            ? (await certificates.ListAsync(organization.Id, cancel)).FirstOrDefault(one => one.StatusAt(now) == CertificateStatus.Expired)
            : null;
        var shown = active ?? expired;
        return new Line(
            new Place(organization.Id, organization.Title, organization.Nihdi),
            active is null ? null : view(active, false),
            expired is null ? null : view(expired, false),
            latest is null ? null : view(latest, false),
            shown is null ? null : view(shown, false).DaysLeft);
    }
}
