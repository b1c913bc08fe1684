using Npgsql;
using Ssp.Dev.Demo;
using Ssp.Tests.Support;

namespace Ssp.Tests.BlackBox;

/// <summary>
/// A test that knows of the portal only what demo.json says, and speaks to it over HTTP: it works against either host. Exports are made
/// in the second hospital only, because the stories in the browser run beside and make theirs in the first.
/// </summary>
public abstract class DemoTest(Stack stack) : IDisposable
{
    private readonly List<Person> people = [];

    protected Task<DemoFile> DemoAsync() => stack.Demo.DemoAsync();

    /// <summary>A demo person who has signed in.</summary>
    protected async Task<Person> SignInAsync(string who)
    {
        var person = await PersonAsync(who);
        await person.SignInAsync();
        return person;
    }

    protected async Task<Person> PersonAsync(string who)
    {
        var person = await stack.Demo.PersonAsync(who);
        people.Add(person);
        return person;
    }

    protected async Task<Person> GuestAsync()
    {
        var guest = new Person(new Uri((await DemoAsync()).BaseUrl + "/"), "guest@hospital.example", "");
        people.Add(guest);
        return guest;
    }

    /// <summary>The organisation a demo person belongs to.</summary>
    protected async Task<DemoMembership> OrganizationOfAsync(string who, int number = 0) =>
        (await DemoAsync()).People.Single(one => one.Email.StartsWith(who, StringComparison.Ordinal)).Memberships[number];

    /// <summary>A database as demo.json names it: postgresql://name:password@host:port/database.</summary>
    protected static NpgsqlDataSource Open(string address)
    {
        var uri = new Uri(address);
        Assert.Equal("postgresql", uri.Scheme);
        var who = uri.UserInfo.Split(':', 2).Select(Uri.UnescapeDataString).ToArray();
        return NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.Port,
            Username = who[0],
            Password = who[1],
            Database = uri.AbsolutePath.TrimStart('/'),
        });
    }

    public void Dispose()
    {
        people.ForEach(person => person.Dispose());
        GC.SuppressFinalize(this);
    }
}
