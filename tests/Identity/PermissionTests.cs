using Ssp.Identity;
using Ssp.Tests.Support;

namespace Ssp.Tests.Identity;

/// <summary>Calls that change nothing, and the table as a whole.</summary>
[Trait("Run", "full")]
public sealed class PermissionTests(Stack stack, PermissionCalls.Cast cast) : PermissionCalls(stack, cast)
{
    private static readonly string[] Looking = ["List", "Show", "Serve", "Download", "Export", "Verify"];

    public static TheoryData<string> Names => [.. Permissions.Routes.Select(route => route.Name).Where(IsLook).Order()];

    [Theory]
    [MemberData(nameof(Names))]
    public Task Everybody_gets_what_the_table_says(string name) => CallAsEverybodyAsync(name);

    [Fact]
    public void Every_line_of_the_table_can_be_called() => Assert.Equal(Permissions.Routes.Select(route => route.Name).Order(), Callable.Order());

    [Fact]
    public void The_document_says_what_the_table_says() =>
        Assert.True(
            File.ReadAllText(Path.Combine(Ssp.Dev.Repository.Find().Root, "infra", "docs", "permissions.md")) == Ssp.Dev.PermissionDocument.Text(),
            "infra/docs/permissions.md is out of date: infra/dev writes it (dotnet run --project infra/dev -- permissions).");

    internal static bool IsLook(string name) => Looking.Any(verb => name.StartsWith(verb, StringComparison.Ordinal));
}
