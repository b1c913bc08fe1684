using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Organizations;

/// <summary>How an organisation came to be as it is, the latest first.</summary>
public sealed class ListRevisions(Access access, OrganizationStore organizations)
{
    private sealed record RevisionView : Revision
    {
        public RevisionView(Revision? before, Revision revision)
            : base(revision) => Changes = FieldChange.Between(before, revision);

        public IReadOnlyList<FieldChange> Changes { get; }
    }

    [Function(nameof(ListRevisions))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/organizations/{organizationId}/revisions")] HttpRequest request,
        string organizationId, CancellationToken cancel)
    {
        var entry = await access.EnterAsync(request, nameof(ListRevisions), organizationId, cancel);
        var query = ListQuery.Of(request);
        var revisions = await organizations.ListRevisionsAsync(entry.Organization.Id, cancel);
        var views = revisions
            .Select((revision, place) => new RevisionView(place == 0 ? null : revisions[place - 1], revision))
            .Where(view => query.Finds(view.Log) || query.Finds(view.By));
        return Json.Answer(query.PageOf(views.Reverse().ToList()));
    }
}
