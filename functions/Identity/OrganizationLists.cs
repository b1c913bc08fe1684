using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Storage;
using Ssp.Text;

namespace Ssp.Identity;

/// <summary>All organisations in the orders lists come in, so that a page costs the same wherever it stands.</summary>
public sealed class OrganizationLists
{
    private readonly IReadOnlyList<Searchable> byTitle;
    private readonly IReadOnlyList<Searchable> byNihdi;

    private OrganizationLists(IReadOnlyList<Searchable> byTitle, IReadOnlyList<Searchable> byNihdi)
    {
        (this.byTitle, this.byNihdi) = (byTitle, byNihdi);
        ByTitle = [.. byTitle.Select(one => one.Organization)];
        ById = ByTitle.ToDictionary(one => one.Id);
    }

    private sealed record Searchable(Organization Organization, string Title);

    public IReadOnlyList<Organization> ByTitle { get; }

    public IReadOnlyDictionary<OrganizationId, Organization> ById { get; }

    public static OrganizationLists Of(IEnumerable<Organization> organizations)
    {
        var byTitle = organizations.Select(one => new Searchable(one, SearchText.Fold(one.Title)))
            .OrderBy(one => one.Title, StringComparer.Ordinal).ThenBy(one => one.Organization.Id.ToString(), StringComparer.Ordinal).ToList();
        return new OrganizationLists(byTitle, [.. byTitle.OrderBy(one => one.Organization.Nihdi, StringComparer.Ordinal)]);
    }

    /// <summary>The page of the organisations whose title or number holds what is searched for.</summary>
    public Page<Organization> PageOf(ListQuery query)
    {
        // NIHDI numbers are searched as people write them, with or without separators; what holds anything else is no number.
        var digits = Nihdi.DigitsOf(query.Search?.Text);
        var isNumber = digits.Length > 0 && digits.All(char.IsAsciiDigit);
        var found = (query.Sort == "nihdi" ? byNihdi : byTitle).Where(
            one => query.FindsFolded(one.Title) || (isNumber && one.Organization.Nihdi.Contains(digits, StringComparison.Ordinal)));
        return query.PageOf(query.Sorted(found.Select(one => one.Organization)));
    }
}
