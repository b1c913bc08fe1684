using Npgsql;
using Ssp.Http;

namespace Ssp.Hd4dp;

/// <summary>
/// What pgbouncer says by itself. It has one code for nearly all of it, that of a broken protocol, and says it in English alone (its sources: client.c,
/// objects.c, janitor.c), so the words tell a mistake in the settings from what passes.
/// </summary>
public static class PoolerWords
{
    // The first that fits: what it says of the server may hold the server's own words.
    private static readonly (string Words, ProblemCode Code)[] Known =
    [
        ("server_login_retry", ProblemCodes.WarehouseUnreachable),
        ("server login failed", ProblemCodes.WarehouseUnreachable),
        ("server DNS lookup failed", ProblemCodes.WarehouseUnreachable),
        ("server shutting down", ProblemCodes.WarehouseUnreachable),
        ("server conn crashed", ProblemCodes.WarehouseUnreachable),
        ("cannot connect to server", ProblemCodes.WarehouseUnreachable),
        ("client_login_timeout", ProblemCodes.WarehouseUnreachable),
        ("suspend_timeout", ProblemCodes.WarehouseUnreachable),
        ("connect failed", ProblemCodes.WarehouseUnreachable),
        ("connect timeout", ProblemCodes.WarehouseUnreachable),
        ("no more connections allowed", ProblemCodes.WarehouseFull),
        ("connections exceeded", ProblemCodes.WarehouseFull),
        ("query_wait_timeout", ProblemCodes.WarehouseFull),
        ("bouncer resources exhaustion", ProblemCodes.WarehouseFull),
        ("no memory for pool", ProblemCodes.WarehouseFull),
        ("query_timeout", ProblemCodes.WarehouseEnded),
        ("query timeout", ProblemCodes.WarehouseEnded),
        ("transaction timeout", ProblemCodes.WarehouseEnded),
        ("transaction_timeout", ProblemCodes.WarehouseEnded),
        ("client_idle_timeout", ProblemCodes.WarehouseEnded),
        ("transaction blocks not allowed", ProblemCodes.WarehouseOptions),
        ("startup parameter", ProblemCodes.WarehouseOptions),
        ("invalid server parameter", ProblemCodes.WarehouseOptions),
        ("PQexec disallowed", ProblemCodes.WarehouseOptions),
        ("bouncer config error", ProblemCodes.WarehouseOptions),
        ("SSL required", ProblemCodes.WarehouseAdmission),
        ("login rejected", ProblemCodes.WarehouseAdmission),
        ("authentication failed", ProblemCodes.WarehouseLogin),
        ("invalid SASL authentication mechanism", ProblemCodes.WarehouseLogin),
        ("no such database", ProblemCodes.WarehouseLogin),
        ("no such user", ProblemCodes.WarehouseLogin),
        ("is disabled", ProblemCodes.WarehouseLogin),
        ("does not allow connections", ProblemCodes.WarehouseLogin),
        ("not allowed", ProblemCodes.WarehouseLogin),
        ("no username supplied", ProblemCodes.WarehouseLogin),
        ("too long", ProblemCodes.WarehouseLogin),
        ("empty password", ProblemCodes.WarehouseLogin),
    ];

    /// <summary>What its words mean to us; null where PostgreSQL itself speaks, or the words are not known.</summary>
    public static ProblemCode? CodeOf(PostgresException refused) =>
        // PostgreSQL names the part of it that speaks.
        refused.SqlState == PostgresErrorCodes.ProtocolViolation && refused.Routine is null
            ? Known.Where(known => refused.MessageText.Contains(known.Words, StringComparison.Ordinal))
                .Select(known => (ProblemCode?)known.Code)
                .FirstOrDefault()
            : null;
}
