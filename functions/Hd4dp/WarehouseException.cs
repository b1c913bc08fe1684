using Npgsql;
using Ssp.Http;

namespace Ssp.Hd4dp;

/// <summary>HD4DP's database did not serve what was asked. The detail of the code tells what to do.</summary>
/// <param name="code">warehouse_unreachable, _locked, _slow, _changed, _forbidden, _login or _error.</param>
/// <param name="mayHeal">Trying again later may help without anybody doing anything.</param>
public sealed class WarehouseException(ProblemCode code, bool mayHeal, Exception? cause, params object[] values)
    : Exception($"{code} {string.Join(", ", values)}".Trim(), cause)
{
    public ProblemCode Code { get; } = code;

    public bool MayHeal { get; } = mayHeal;

    public object[] Values { get; } = values;

    /// <summary>The database does not answer, or its answer ended before its end.</summary>
    /// <param name="database">What HD4DP calls it.</param>
    public static WarehouseException Unreachable(string database, Exception? cause) => new(ProblemCodes.WarehouseUnreachable, true, cause, database);

    /// <summary>What an error of PostgreSQL or of the connection means to us.</summary>
    /// <param name="database">What HD4DP calls the database.</param>
    /// <param name="setting">The setting that says how to reach it.</param>
    public static WarehouseException From(NpgsqlException error, string database, string setting) =>
        error is PostgresException refused
            ? refused.SqlState switch
            {
                PostgresErrorCodes.QueryCanceled => new(ProblemCodes.WarehouseSlow, false, error),
                PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UndefinedTable =>
                    new(ProblemCodes.WarehouseChanged, false, error, refused.MessageText),
                PostgresErrorCodes.InsufficientPrivilege => new(ProblemCodes.WarehouseForbidden, false, error, refused.MessageText),
                PostgresErrorCodes.InvalidPassword
                    or PostgresErrorCodes.InvalidAuthorizationSpecification
                    or PostgresErrorCodes.InvalidCatalogName => new(ProblemCodes.WarehouseLogin, false, error, setting),
                // Somebody works on the table: that passes.
                PostgresErrorCodes.LockNotAvailable => new(ProblemCodes.WarehouseLocked, true, error, database),
                // The server stops or starts, or has no place left: that passes.
                PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
                    or PostgresErrorCodes.TooManyConnections => Unreachable(database, error),
                _ => new(ProblemCodes.WarehouseError, refused.IsTransient, error, refused.SqlState),
            }
            : Unreachable(database, error);
}
