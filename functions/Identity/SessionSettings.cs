using Ssp.Settings;

namespace Ssp.Identity;

/// <summary>How long a session goes on.</summary>
/// <param name="Idle">Without a request, at least.</param>
/// <param name="Lifetime">At most.</param>
public sealed record SessionSettings(TimeSpan Idle, TimeSpan Lifetime)
{
    public static SessionSettings Read(SettingsReader read) => new(
        TimeSpan.FromMinutes(read.Number("SessionIdleMinutes", 20, 1, 24 * 60)),
        TimeSpan.FromMinutes(read.Number("SessionMinutes", 8 * 60, 1, 24 * 60)));
}
