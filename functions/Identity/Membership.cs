using Ssp.Http;
using Ssp.Storage;

namespace Ssp.Identity;

/// <summary>A person belongs to an organisation, with any number of roles, or none.</summary>
public sealed record Membership(OrganizationId OrganizationId, string AccountId, string Email, string AccountSerial, IReadOnlyList<Role> Roles, Azure.ETag Row)
{
    /// <summary>What the API calls the state of this membership.</summary>
    public string ETag => EntityTag.Of(Row);

    public bool Has(Role role) => Roles.Contains(role);
}
