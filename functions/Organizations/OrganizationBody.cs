using Ssp.Identity;

namespace Ssp.Organizations;

/// <summary>What a request says of an organisation that is to be made or edited.</summary>
/// <param name="ConfirmSharedNihdi">Somebody knows that another organisation bears the number too.</param>
public sealed record OrganizationBody(string? Title, string? Nihdi, string? RevisionLog, bool? ConfirmSharedNihdi)
{
    /// <param name="before">As it is now: what is not mentioned stays. Null for a new one.</param>
    /// <exception cref="Http.Problem">400 naming each field that is not right.</exception>
    public OrganizationForm Require(Organization? before) =>
        OrganizationForm.Require(Title ?? before?.Title, Nihdi ?? before?.Nihdi, RevisionLog);
}
