using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(Ssp.Tests.Support.LongestFirst))]

namespace Ssp.Tests.Support;

/// <summary>Begins with the collection that takes longest, most of it waiting: begun last, it runs on alone for minutes in which the processors have nothing to do.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderByDescending(collection => collection.TestCollectionDisplayName == "The demo in a browser")];
}
