using Ssp.Dev;
using Ssp.Dev.Demo;
using Ssp.Identity;
using Ssp.Tests.Support;

namespace Ssp.Tests.Browser;

/// <summary>
/// A portal in this process that a browser may write to, for stories that would harm the demo people or need a warehouse that stalls.
/// Its public address is the one it listens at, because the portal refuses writes from any other.
/// </summary>
public static class OwnPortal
{
    /// <param name="more">Further settings.</param>
    public static Task<TestPortal> StartAsync(Stack stack, string? localdwh = null, params (string Name, string Value)[] more)
    {
        var address = $"http://localhost:{Ports.Free(1)[0]}";
        var settings = new Dictionary<string, string> { ["urls"] = address, ["PublicUrl"] = $"{address}/ssp" };
        if (localdwh is not null)
        {
            settings["LocaldwhConnection"] = localdwh;
        }

        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        return TestPortal.StartAsync(stack, settings);
    }

    public static string Address(this TestPortal portal) => portal.BaseUrl.ToString().TrimEnd('/');

    /// <summary>localdwh in a database of its own, with a registration of the organisation in it.</summary>
    public static Task<string> NewWarehouseAsync(Stack stack) => stack.NewDatabaseAsync(DemoWarehouse.Sql("localdwh.sql"));

    public static async Task<(Organization Organization, Person Person)> NewExporterAsync(this TestPortal portal)
    {
        var organization = await portal.NewOrganizationAsync("AZ Test");
        var person = await portal.NewPersonAsync();
        await portal.SetRolesAsync(person, organization, Role.CsvUploadManager);
        return (organization, person);
    }
}
