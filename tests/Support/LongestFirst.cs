using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(Ssp.Tests.Support.LongestFirst))]

namespace Ssp.Tests.Support;

/// <summary>Begins with the collections that take minutes, most of them waiting: begun last, one of them would run on alone while a processor has nothing to do.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long =
    [
        "The demo in a browser", nameof(Members.PermissionTests), nameof(Chaos.ChaosTests), nameof(Durability.LogTests), nameof(Exports.OutageTests), nameof(Durability.CrashTests),
        nameof(Browser.CertificateStories), nameof(Browser.MemberStories),
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => Array.FindIndex(Long, name => collection.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal)) is var place and >= 0 ? place : Long.Length)];
}
