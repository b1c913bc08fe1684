namespace Ssp.Members;

/// <summary>A person belongs to an organisation, with any number of roles, or none.</summary>
public sealed record Membership(string OrganizationId, string AccountId, IReadOnlyList<Role> Roles, Azure.ETag ETag)
{
    public bool Has(Role role) => Roles.Contains(role);
}
