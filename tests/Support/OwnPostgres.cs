using System.Net.NetworkInformation;
using Npgsql;
using Ssp.Dev;
using Ssp.Dev.Demo;

namespace Ssp.Tests.Support;

/// <summary>A PostgreSQL server of one test alone, with both of HD4DP's databases, to be stopped, woken and killed.</summary>
public sealed class OwnPostgres : IAsyncDisposable
{
    private const string OwnerPassword = "owner-of-one-test";
    private const string ReaderPassword = "reader-of-one-test";

    private static readonly SemaphoreSlim Making = new(1, 1);
    private static string? made;

    private readonly Stack stack;
    private readonly string folder;
    private readonly int port;
    private Postgres postgres;

    private OwnPostgres(Stack stack, string folder, int port, Postgres postgres) =>
        (this.stack, this.folder, this.port, this.postgres) = (stack, folder, port, postgres);

    public string Localdwh => postgres.ConnectionString(DemoWarehouse.Localdwh, Postgres.ReaderName, ReaderPassword);

    public string Nippin => postgres.ConnectionString(DemoWarehouse.Nippin, Postgres.ReaderName, ReaderPassword);

    /// <summary>Where the server keeps its data and its configuration.</summary>
    public string Cluster => Path.Combine(folder, "cluster");

    public static async Task<OwnPostgres> StartAsync(Stack stack)
    {
        var folder = stack.NewFolder("postgres");
        await ChildProcess.RunAsync(["cp", "-a", await MadeAsync(stack), folder], folder);
        var port = Ports.Free(1)[0];
        return new OwnPostgres(stack, folder, port, await BeginAsync(stack, folder, port));
    }

    /// <summary>localdwh as its owner sees it.</summary>
    public NpgsqlDataSource Owner() =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(postgres.ConnectionString(DemoWarehouse.Localdwh)) { Pooling = false });

    public async Task ExecuteAsync(string sql)
    {
        await using var owner = Owner();
        await using var command = owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>How many connections to the server are open.</summary>
    public int Connections() =>
        IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections().Count(one => one.RemoteEndPoint.Port == port && one.State == TcpState.Established);

    /// <summary>
    /// Makes an organisation's registrations, 1 to 1330 in field A. The last thirty take their time to read: an export is in the middle of the file then, for
    /// it looks a thousand ahead, and the server sends some hundred at a time.
    /// </summary>
    public Task AddSlowRegistrationsAsync(string nihdi) => ExecuteAsync(
        $"""
        CREATE TYPE slow AS (n int);
        CREATE FUNCTION said(slow) RETURNS text LANGUAGE plpgsql AS
            $$ BEGIN IF ($1).n > 1300 THEN PERFORM pg_sleep(0.3); END IF; RETURN ($1).n; END $$;
        CREATE CAST (slow AS text) WITH FUNCTION said(slow);
        ALTER TABLE local_dwhmessage_key_value ALTER value TYPE slow USING ROW(value::int)::slow;
        INSERT INTO local_dwhmessage (document_id, data_collection_name, organization_nihdi, dcd_version, created_on)
            SELECT n, '{Registrations.Collection}', '{nihdi}', '1', now() FROM generate_series(1, 1330) n;
        INSERT INTO local_dwhmessage_key_value (msg_document_id, key, value) SELECT n, 'A', ROW(n)::slow FROM generate_series(1, 1330) n;
        ANALYZE;
        """);

    /// <summary>The server answers nobody any more, and refuses nobody.</summary>
    public void Stop() => postgres.Signal("STOP");

    /// <summary>Wakes it from <see cref="Stop"/>.</summary>
    public void Continue() => postgres.Signal("CONT");

    /// <summary>Ends the server as a loss of power would.</summary>
    public async Task KillAsync()
    {
        Stop();
        postgres.Signal("KILL");
        await postgres.DisposeAsync();
    }

    public async Task StartAgainAsync() => postgres = await BeginAsync(stack, folder, port);

    public async ValueTask DisposeAsync()
    {
        Continue();
        await postgres.DisposeAsync();
    }

    // To make a cluster and its databases costs far more than to copy one: the first test makes it for all.
    private static async Task<string> MadeAsync(Stack stack)
    {
        await Making.WaitAsync();
        try
        {
            if (made is null)
            {
                var folder = stack.NewFolder("postgres");
                await using (var server = await BeginAsync(stack, folder, Ports.Free(1)[0]))
                {
                    await DemoWarehouse.CreateLocaldwhAsync(server, ReaderPassword, [], CancellationToken.None);
                    await DemoWarehouse.CreateNippinAsync(server, [], CancellationToken.None);
                }

                made = Path.Combine(folder, "cluster");
            }

            return made;
        }
        finally
        {
            Making.Release();
        }
    }

    private static Task<Postgres> BeginAsync(Stack stack, string folder, int port) =>
        Postgres.StartAsync(stack.Repository, folder, port, OwnerPassword, ["-c", "fsync=off", "-c", "autovacuum=off", "-c", "max_connections=60"]);
}
