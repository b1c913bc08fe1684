using Npgsql;
using Ssp.Dev;
using Ssp.Dev.Demo;

[assembly: AssemblyFixture(typeof(Ssp.Tests.Support.Stack))]

namespace Ssp.Tests.Support;

/// <summary>
/// The real things the tests stand on: one Azurite and one PostgreSQL for the whole run, started by the same code as infra/run.sh.
/// Tests keep apart by their own storage prefix, organisations and, where they change the schema, databases.
/// </summary>
public sealed class Stack : IAsyncLifetime
{
    private const string ReaderPassword = "reader-of-the-tests";

    private readonly string folder = Directory.CreateTempSubdirectory("ssp-tests-").FullName;
    private Azurite? azurite;
    private Postgres? postgres;

    /// <summary>Azurite's connection string.</summary>
    public string Storage => azurite!.ConnectionString;

    public Postgres Postgres => postgres!;

    public Repository Repository { get; } = Repository.Find();

    /// <summary>Where Azurite keeps everything.</summary>
    public string AzuriteFolder => Path.Combine(folder, "azurite");

    /// <summary>localdwh as HD4DP's reader sees it.</summary>
    public string Localdwh => postgres!.ConnectionString(DemoWarehouse.Localdwh, Postgres.ReaderName, ReaderPassword);

    /// <summary>The messages to the insurers as HD4DP's reader sees them.</summary>
    public string Nippin => postgres!.ConnectionString(DemoWarehouse.Nippin, Postgres.ReaderName, ReaderPassword);

    /// <summary>The messages as their owner sees them, to put some in.</summary>
    public NpgsqlDataSource NippinOwner { get; private set; } = null!;

    /// <summary>localdwh as its owner sees it, to put registrations in.</summary>
    public NpgsqlDataSource Owner { get; private set; } = null!;

    /// <summary>One portal for all tests that need nothing special of it; they keep apart by their organisations and people.</summary>
    public TestPortal Portal { get; private set; } = null!;

    /// <summary>The portal as a person meets it after infra/run.sh.</summary>
    public DemoPortal Demo { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var ports = Ports.Free(4);
        azurite = await Azurite.StartAsync(Repository, AzuriteFolder, ports[..3]);
        postgres = await Postgres.StartAsync(
            Repository,
            Path.Combine(folder, "postgres"),
            ports[3],
            "owner-of-the-tests",
            // Of the many databases that tests make, one would be looked through every second.
            ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "autovacuum=off", "-c", "max_connections=200"]);
        await DemoWarehouse.CreateLocaldwhAsync(postgres, ReaderPassword, [], CancellationToken.None);
        await DemoWarehouse.CreateNippinAsync(postgres, [], CancellationToken.None);
        NippinOwner = NpgsqlDataSource.Create(postgres.ConnectionString(DemoWarehouse.Nippin));
        Owner = NpgsqlDataSource.Create(postgres.ConnectionString(DemoWarehouse.Localdwh));
        Portal = await TestPortal.StartAsync(this);
        Demo = new DemoPortal(Repository);
    }

    /// <summary>A folder of this test alone, which only the owner may look into.</summary>
    public string NewFolder(string name)
    {
        var path = Path.Combine(folder, $"{name}-{Guid.NewGuid():N}");
        return Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
    }

    /// <summary>A database of this test alone, made by the given SQL; returns how to connect as its owner.</summary>
    public async Task<string> NewDatabaseAsync(string sql)
    {
        var name = $"test_{Guid.NewGuid():N}";
        await using (var server = NpgsqlDataSource.Create(postgres!.ConnectionString("postgres")))
        await using (var create = server.CreateCommand($"CREATE DATABASE {name}"))
        {
            await create.ExecuteNonQueryAsync();
        }

        await using var database = NpgsqlDataSource.Create(postgres.ConnectionString(name));
        await using var fill = database.CreateCommand(sql);
        await fill.ExecuteNonQueryAsync();
        return postgres.ConnectionString(name);
    }

    public async ValueTask DisposeAsync()
    {
        await Demo.DisposeAsync();
        await Portal.DisposeAsync();
        await Owner.DisposeAsync();
        await NippinOwner.DisposeAsync();
        await postgres!.DisposeAsync();
        await azurite!.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
