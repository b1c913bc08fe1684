using Ssp.Identity;
using Ssp.Tests.Identity;
using Ssp.Tests.Support;

namespace Ssp.Tests.Members;

/// <summary>Calls that change something: beside those that only look, for both take their time.</summary>
[Trait("Run", "full")]
public sealed class ChangePermissionTests(Stack stack, PermissionCalls.Cast cast) : PermissionCalls(stack, cast)
{
    public static TheoryData<string> Names => [.. Permissions.Routes.Select(route => route.Name).Where(name => !PermissionTests.IsLook(name)).Order()];

    [Theory]
    [MemberData(nameof(Names))]
    public Task Everybody_gets_what_the_table_says(string name) => CallAsEverybodyAsync(name);
}
