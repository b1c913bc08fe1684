using Npgsql;
using Ssp.Dev;

namespace Ssp.Tests.Support;

/// <summary>A pgbouncer before a PostgreSQL server, with its defaults but for what is said.</summary>
public sealed class Pooler : IAsyncDisposable
{
    private readonly ChildProcess process;
    private readonly int port;

    private Pooler(ChildProcess process, int port) => (this.process, this.port) = (process, port);

    /// <param name="connection">How to get to the server; pgbouncer lets in the account that is in it.</param>
    /// <param name="mode">session, transaction or statement: for how long a client keeps its connection of the server.</param>
    /// <param name="database">Which databases it knows; * for all.</param>
    /// <param name="settings">Further lines of its settings.</param>
    public static async Task<Pooler> StartAsync(Stack stack, string connection, string mode, string database = "*", params string[] settings)
    {
        var server = new NpgsqlConnectionStringBuilder(connection);
        var folder = stack.NewFolder("pgbouncer");
        var port = Ports.Free(1)[0];
        await File.WriteAllTextAsync(Path.Combine(folder, "users.txt"), $"\"{server.Username}\" \"{server.Password}\"\n");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "pgbouncer.ini"),
            $"""
            [databases]
            {database} = host=127.0.0.1 port={server.Port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = scram-sha-256
            auth_file = {folder}/users.txt
            pool_mode = {mode}
            {string.Join('\n', settings)}
            """);
        // It refuses to run as root, as PostgreSQL does.
        string[] user = Environment.IsPrivilegedProcess ? ["unshare", "--user", "--map-user=1000", "--map-group=1000"] : [];
        var program = File.Exists("/usr/sbin/pgbouncer") ? "/usr/sbin/pgbouncer" : "pgbouncer";
        var process = ChildProcess.Start("INT", [.. user, program, Path.Combine(folder, "pgbouncer.ini")], folder);
        await Ports.WaitUntilOpenAsync(port, "pgbouncer", process, CancellationToken.None);
        return new Pooler(process, port);
    }

    /// <summary>The same account and database by way of the pooler.</summary>
    public string Through(string connection) => new NpgsqlConnectionStringBuilder(connection) { Port = port }.ConnectionString;

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
