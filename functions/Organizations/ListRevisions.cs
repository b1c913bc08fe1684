using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Organizations;

/// <summary>How an organisation came to be as it is, the latest first.</summary>
public sealed class ListRevisions(Access access, OrganizationStore organizations)
{
    private sealed record RevisionView(int Number, string Title, string Nihdi, string Log, string By, DateTimeOffset At, IReadOnlyList<FieldChange> Changes);

    [Function(nameof(ListRevisions))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/organizations/{organizationId}/revisions")] HttpRequest request,
        string organizationId, CancellationToken cancel)
    {
        var entry = await access.EnterAsync(request, nameof(ListRevisions), organizationId, cancel);
        var query = ListQuery.Of(request);
        var revisions = await organizations.ListRevisionsAsync(entry.Organization.Id, cancel);
        var views = revisions
            .Select((revision, place) => ViewOf(revision, place == 0 ? null : revisions[place - 1]))
            .Where(view => query.Finds(view.Log) || query.Finds(view.By));
        return Json.Answer(query.PageOf(views.Reverse().ToList()));
    }

    private static RevisionView ViewOf(Revision revision, Revision? before) =>
        new(revision.Number, revision.Title, revision.Nihdi, revision.Log, revision.By, revision.At, FieldChange.Between(before, revision));
}
