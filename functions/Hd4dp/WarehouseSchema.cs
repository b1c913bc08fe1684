using Ssp.Http;

namespace Ssp.Hd4dp;

/// <summary>What the server's catalogue says of the columns we use, at one moment.</summary>
public sealed class WarehouseSchema
{
    /// <summary>
    /// $1: names of tables. What a query of the same transaction gets under such a name, be it a table, a partitioned or foreign one, a view or a materialised
    /// view: the first in the search path, and of its columns those our account may read. Of a domain, the type it stands for. An index says that no two
    /// rows of a table have one value; it does not say so of tables that inherit from it.
    /// </summary>
    private const string Columns =
        """
        SELECT wanted.name, a.attname::text, coalesce(base.typname, own.typname)::text, a.attnotnull,
            a.attnotnull AND (c.relkind = 'p' OR NOT EXISTS (SELECT 1 FROM pg_inherits WHERE inhparent = c.oid)) AND EXISTS (
                SELECT 1 FROM pg_index i
                WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indnatts = 1 AND i.indkey[0] = a.attnum)
        FROM unnest($1) AS wanted (name)
        JOIN pg_class c ON c.oid = to_regclass(quote_ident(wanted.name)) AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND has_column_privilege(c.oid, a.attnum, 'SELECT')
        JOIN pg_type own ON own.oid = a.atttypid
        LEFT JOIN pg_type base ON base.oid = own.typbasetype
        """;

    // In years of four digits, with a day that there is; the time and its zone may be missing.
    private const string WrittenTime =
        "^(?!0000)([0-9]{4}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)"
        + "|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)"
        + "([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]+)?)? ?(Z|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?$";

    private readonly Dictionary<(string Table, string Column), Facts> columns;

    private WarehouseSchema(Dictionary<(string Table, string Column), Facts> columns) => this.columns = columns;

    /// <summary>Whether the table has the column.</summary>
    public bool Has(WarehouseColumn column) => column.Actual is not null && columns.ContainsKey((column.Table, column.Actual));

    /// <summary>PostgreSQL's name of the column's type, for example int8, text or uuid.</summary>
    public string TypeOf(WarehouseColumn column) => columns[(column.Table, column.Actual!)].Type;

    /// <summary>Whether the server says that the column is never null; of a view it never says so.</summary>
    public bool IsNeverNull(WarehouseColumn column) => columns[(column.Table, column.Actual!)].IsNeverNull;

    /// <summary>Whether the server says that each row has a value of its own in the column; of a view it never says so.</summary>
    public bool IsUnique(WarehouseColumn column) => columns[(column.Table, column.Actual!)].IsUnique;

    /// <summary>
    /// A column that holds a time, as timestamptz. A time without a zone is UTC: the public sample prints it so. A text that is no time gives null, for one
    /// row with a slip must not end the reading of all the others.
    /// </summary>
    /// <param name="table">The table's name in the query, where it needs one.</param>
    public string TimeOf(WarehouseColumn column, string? table = null)
    {
        var sql = table is null ? column.Sql : $"{table}.{column.Sql}";
        return TypeOf(column) switch
        {
            "timestamptz" => sql,
            "timestamp" => $"{sql} AT TIME ZONE 'UTC'",
            "date" => $"CASE WHEN {sql} BETWEEN '0001-01-01' AND '9999-12-31' THEN {sql}::timestamptz END",
            _ => $"CASE WHEN {sql}::text ~ '{WrittenTime}' THEN {sql}::text::timestamptz END",
        };
    }

    /// <summary>A column that holds yes or no, as boolean; null for what says neither.</summary>
    public string TruthOf(WarehouseColumn column) => TypeOf(column) switch
    {
        "bool" => column.Sql,
        _ => $"CASE WHEN lower(trim({column.Text})) IN ('t', 'true', 'y', 'yes', 'on', '1') THEN true "
            + $"WHEN lower(trim({column.Text})) IN ('f', 'false', 'n', 'no', 'off', '0') THEN false END",
    };

    /// <param name="wanted">The columns the settings name.</param>
    /// <exception cref="WarehouseException">A table or column is missing, or our account may not read it.</exception>
    public static async Task<WarehouseSchema> ReadAsync(ReadTransaction transaction, IReadOnlyList<WarehouseColumn> wanted, CancellationToken cancel)
    {
        // As one value: an array of texts would pass for several.
        await using var command = transaction.Command(Columns, (object)wanted.Select(column => column.Table).Distinct().ToArray());
        var columns = new Dictionary<(string, string), Facts>();
        await using (var reader = await command.ExecuteReaderAsync(cancel))
        {
            while (await reader.ReadAsync(cancel))
            {
                columns[(reader.GetString(0), reader.GetString(1))] = new Facts(reader.GetString(2), reader.GetBoolean(3), reader.GetBoolean(4));
            }
        }

        var schema = new WarehouseSchema(columns);
        var missing = wanted.FirstOrDefault(column => column is { Actual: not null, MayBeMissing: false } && !schema.Has(column));
        return missing is null
            ? schema
            : throw new WarehouseException(ProblemCodes.WarehouseColumnMissing, false, null, missing.Table, missing.Actual!, missing.Setting);
    }

    private sealed record Facts(string Type, bool IsNeverNull, bool IsUnique);
}
