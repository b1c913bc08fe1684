using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(Ssp.Tests.Support.LongestFirst))]

namespace Ssp.Tests.Support;

/// <summary>
/// Begins with the collections that take longest, most of it waiting: begun last, they run on alone for minutes in which the processors have nothing to do.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest =
    [
        "The demo: every page", "Browser.OutageStories", "Durability.CrashTests", "Chaos.ChaosTests", "The demo: stories", "Durability.LogTests",
        "Backup.DrillTests", "Exports.OutageTests", "Jobs.KilledPortalTests", "Jobs.TwoPortalsTests", "Members.PermissionTests",
        "Members.ChangePermissionTests", "Certificates.P12ToolTests", "Exports.BuildExportTests", "Hosting.TimerTriggerTests",
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection => [.. testCollections.OrderBy(collection => Rank(collection.TestCollectionDisplayName))];

    private static int Rank(string name) =>
        Array.FindIndex(Longest, one => name.Contains(one, StringComparison.Ordinal)) is >= 0 and var rank ? rank : Longest.Length;
}
