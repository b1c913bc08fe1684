namespace Ssp.Tests.Browser;

/// <summary>What two windows have in common when one can take the other's place.</summary>
/// <param name="Portal">Where it stands.</param>
public sealed record WindowKind(string Portal, string Locale, int Width, int Height);
