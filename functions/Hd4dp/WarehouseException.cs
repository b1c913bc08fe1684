using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Npgsql;
using Ssp.Http;

namespace Ssp.Hd4dp;

/// <summary>HD4DP's database did not serve what was asked. The detail of the code tells what to do; the server's own words are for the log alone.</summary>
/// <param name="code">
/// warehouse_unreachable, _host, _full, _busy, _ended, _locked, _slow, _changed, _column_missing, _miscounted, _not_ready, _forbidden, _hidden, _login,
/// _admission, _tls, _options, _encoding, _text or _error.
/// </param>
/// <param name="mayHeal">Trying again later may help without anybody doing anything.</param>
public sealed partial class WarehouseException(ProblemCode code, bool mayHeal, Exception? cause, params object[] values)
    : Exception($"{code} {string.Join(", ", values)}{WordsOf(cause)}".Trim(), cause)
{
    public ProblemCode Code { get; } = code;

    public bool MayHeal { get; } = mayHeal;

    public object[] Values { get; } = values;

    /// <summary>The database does not answer, or its answer ended before its end.</summary>
    /// <param name="database">What HD4DP calls it.</param>
    public static WarehouseException Unreachable(string database, Exception? cause) => new(ProblemCodes.WarehouseUnreachable, true, cause, database);

    /// <summary>Whether the server, or a pooler before it, has no room for another connection now.</summary>
    public static bool IsFull(PostgresException refused) =>
        refused.SqlState == PostgresErrorCodes.TooManyConnections || PoolerWords.CodeOf(refused) == ProblemCodes.WarehouseFull;

    /// <summary>What an error of PostgreSQL or of the connection means to us.</summary>
    /// <param name="database">What HD4DP calls the database.</param>
    /// <param name="setting">The setting that says how to reach it.</param>
    public static WarehouseException From(NpgsqlException error, string database, string setting) =>
        error is not PostgresException refused ? Unreachable(database, error)
            : PoolerWords.CodeOf(refused) is { } code ? OfPooler(code, error, database, setting)
            : refused.SqlState switch
            {
                PostgresErrorCodes.QueryCanceled => new(ProblemCodes.WarehouseSlow, false, error),
                PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UndefinedTable => new(ProblemCodes.WarehouseChanged, false, error),
                // A materialised view that was never filled, a database that is closed: nobody does that for a moment.
                PostgresErrorCodes.ObjectNotInPrerequisiteState => new(ProblemCodes.WarehouseNotReady, false, error, database),
                PostgresErrorCodes.InsufficientPrivilege when refused.Routine == RowSecurity => new(ProblemCodes.WarehouseHidden, false, error, database),
                PostgresErrorCodes.InsufficientPrivilege => new(ProblemCodes.WarehouseForbidden, false, error),
                PostgresErrorCodes.InvalidAuthorizationSpecification when refused.Routine == HostRules =>
                    new(ProblemCodes.WarehouseAdmission, false, error, setting),
                PostgresErrorCodes.InvalidPassword
                    or PostgresErrorCodes.InvalidAuthorizationSpecification
                    or PostgresErrorCodes.InvalidCatalogName => new(ProblemCodes.WarehouseLogin, false, error, setting),
                // Somebody works on the table: that passes.
                PostgresErrorCodes.LockNotAvailable => new(ProblemCodes.WarehouseLocked, true, error, database),
                PostgresErrorCodes.TooManyConnections => new(ProblemCodes.WarehouseFull, true, error, database, setting),
                // One of the server's own clocks has run out, with which an administrator keeps connections short.
                IdleInTransactionTimeout or TransactionTimeout or IdleSessionTimeout =>
                    new(ProblemCodes.WarehouseEnded, true, error, database),
                // The server stops or starts: that passes.
                PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow => Unreachable(database, error),
                PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter =>
                    new(ProblemCodes.WarehouseText, false, error, database),
                // Of the connection alone, as a pooler says it.
                _ => new(
                    ProblemCodes.WarehouseError,
                    refused.IsTransient || refused.SqlState.StartsWith("08", StringComparison.Ordinal),
                    error,
                    refused.SqlState),
            };

    private static WarehouseException OfPooler(ProblemCode code, NpgsqlException error, string database, string setting) =>
        code == ProblemCodes.WarehouseUnreachable || code == ProblemCodes.WarehouseEnded ? new(code, true, error, database)
            : code == ProblemCodes.WarehouseFull ? new(code, true, error, database, setting)
            : new(code, false, error, setting);

    /// <summary>
    /// What it means that no connection could be opened. A mistake in the settings is told as one, for it does not pass; it reaches us in all kinds of
    /// exceptions, because most of it is found before a word was spoken to the server.
    /// </summary>
    /// <param name="database">What HD4DP calls the database.</param>
    /// <param name="setting">The setting that says how to reach it.</param>
    /// <param name="beginsWithTls">TLS is spoken without asking for it first: a server that has none ends the connection without a word.</param>
    public static WarehouseException OfOpening(Exception error, string database, string setting, bool beginsWithTls = false)
    {
        var causes = CausesOf(error).ToList();
        return error switch
        {
            PostgresException refused when IsAboutOptions(refused) => new(ProblemCodes.WarehouseOptions, false, error, setting),
            PostgresException refused => From(refused, database, setting),
            // A certificate that is not trusted or of another name, or a file that is not there or cannot be read.
            _ when causes.Any(cause => cause is AuthenticationException or CryptographicException or FileNotFoundException or DirectoryNotFoundException
                or UnauthorizedAccessException) => new(ProblemCodes.WarehouseTls, false, error, setting),
            _ when causes.Any(cause => cause is SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData }) =>
                new(ProblemCodes.WarehouseHost, true, error, setting),
            NpgsqlException { InnerException: IOException { InnerException: null } } silent
                when beginsWithTls && silent.Message.Contains("SSL handshake", StringComparison.Ordinal) =>
                new(ProblemCodes.WarehouseTls, false, error, setting),
            _ when causes.Any(cause => cause is SocketException or IOException or TimeoutException or OperationCanceledException) =>
                Unreachable(database, error),
            // What Npgsql itself finds wrong with what server and settings ask for.
            NpgsqlException { Message: var said }
                when said.Contains("SSL", StringComparison.Ordinal) || said.Contains("ChannelBinding", StringComparison.Ordinal) =>
                new(ProblemCodes.WarehouseTls, false, error, setting),
            NpgsqlException or NotSupportedException => new(ProblemCodes.WarehouseLogin, false, error, setting),
            _ => new(ProblemCodes.WarehouseOptions, false, error, setting),
        };
    }

    // Npgsql has no names of these.
    private const string IdleInTransactionTimeout = "25P03";
    private const string TransactionTimeout = "25P04";
    private const string IdleSessionTimeout = "57P05";

    // The part of PostgreSQL that goes through pg_hba.conf: its messages come in the server's language, this name does not.
    private const string HostRules = "ClientAuthentication";

    // The part that refuses a query a policy would take rows from.
    private const string RowSecurity = "check_enable_rls";

    // The server says what it does not know or take.
    private static bool IsAboutOptions(PostgresException refused) =>
        refused.SqlState is PostgresErrorCodes.SyntaxError or PostgresErrorCodes.UndefinedObject or PostgresErrorCodes.InvalidParameterValue
            or PostgresErrorCodes.CantChangeRuntimeParam or PostgresErrorCodes.FeatureNotSupported;

    private static IEnumerable<Exception> CausesOf(Exception error)
    {
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
            if (cause is AggregateException several)
            {
                foreach (var one in several.InnerExceptions.Skip(1).SelectMany(CausesOf))
                {
                    yield return one;
                }
            }
        }
    }

    // Of PostgreSQL only code and message: hints and details may hold what stands in a row.
    private static string WordsOf(Exception? cause) => cause switch
    {
        null => "",
        PostgresException refused => $": PostgreSQL {refused.SqlState}, {WithoutValues(refused)}",
        _ => $": {string.Join(" ", CausesOf(cause).Select(one => one.Message).Distinct())}",
    };

    // "invalid input syntax for type date: "…"": errors of the class 22 (data exception) repeat what stands in a row.
    private static string WithoutValues(PostgresException refused) =>
        refused.SqlState.StartsWith("22", StringComparison.Ordinal) ? Quoted().Replace(refused.MessageText, "\"…\"") : refused.MessageText;

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Quoted();
}
