using ArchUnitNET.Loader;
using ArchUnitNET.xUnitV3;
using Ssp.Entrance;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace Ssp.Tests.Architecture;

/// <summary>
/// The rooms of functions/ stand on floors, and a room uses only what lies below it. The order leaves no place for a circle.
/// infra/docs/architecture.md shows the picture.
/// </summary>
public sealed class FloorTests
{
    /// <summary>From the entrance down to the ground. A room may use every room after it.</summary>
    private static readonly string[] Rooms =
    [
        "Entrance",
        "Backup",
        "Members",
        "Organizations",
        "Exports",
        "Nippin",
        "Certificates", "Certificates.EHealth",
        "Accounts.UserManagers", "Accounts",
        "Audit.Forwarding", "Audit",
        "Identity",
        "Jobs",
        "Hd4dp",
        "Http", "Storage", "Certificates.P12", "Text", "Clock", "Settings",
    ];

    private static readonly ArchUnitNET.Domain.Architecture App = new ArchLoader().LoadAssemblies(typeof(Portal).Assembly).Build();

    public static TheoryData<string> AllRooms => [.. Rooms];

    [Fact]
    public void Every_class_of_the_portal_stands_in_a_room()
    {
        var rooms = typeof(Portal).Assembly.GetTypes()
            .Select(type => type.Namespace ?? "")
            .Where(name => name.StartsWith("Ssp.", StringComparison.Ordinal))
            .Distinct();

        Assert.Equal(Rooms.Select(room => $"Ssp.{room}").Order(StringComparer.Ordinal), rooms.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(AllRooms))]
    public void A_room_uses_only_rooms_below_it(string room)
    {
        foreach (var above in Rooms.TakeWhile(one => one != room))
        {
            TypesIn(room).Should().NotDependOnAny(TypesIn(above)).Because($"{room} lies below {above}").Check(App);
        }
    }

    [Fact]
    public void The_reader_of_P12_files_knows_nothing_of_the_portal()
    {
        foreach (var other in Rooms.Except(["Certificates.P12", "Text"]))
        {
            TypesIn("Certificates.P12").Should().NotDependOnAny(TypesIn(other)).Check(App);
        }
    }

    private static ArchUnitNET.Fluent.Syntax.Elements.Types.GivenTypesConjunction TypesIn(string room) =>
        Types().That().ResideInNamespaceMatching($"^Ssp\\.{room.Replace(".", "\\.", StringComparison.Ordinal)}$");
}
