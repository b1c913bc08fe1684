using Ssp.Identity;

namespace Ssp.Organizations;

/// <summary>How one field of an organisation changed.</summary>
/// <param name="Field">As the API names it.</param>
/// <param name="From">Null where there was none before.</param>
public sealed record FieldChange(string Field, string? From, string To)
{
    /// <summary>The fields that differ, in the order in which people read them.</summary>
    /// <param name="before">Null for the first revision.</param>
    public static IReadOnlyList<FieldChange> Between(Revision? before, Revision after) =>
        Between((before?.Title, before?.Nihdi), (after.Title, after.Nihdi));

    /// <inheritdoc cref="Between(Revision, Revision)"/>
    public static IReadOnlyList<FieldChange> Between(Organization before, OrganizationForm after) =>
        Between((before.Title, before.Nihdi), (after.Title, after.Nihdi.Digits));

    /// <summary>As the audit trail tells of it.</summary>
    public string Tell() => $"{Field}: {From} → {To}";

    private static IReadOnlyList<FieldChange> Between((string? Title, string? Nihdi) before, (string Title, string Nihdi) after) =>
    [
        .. new FieldChange[] { new("title", before.Title, after.Title), new("nihdi", before.Nihdi, after.Nihdi) }.Where(change => change.From != change.To),
    ];
}
