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
        SELECT wanted.name, a.attname::text, base.name, a.attnotnull,
            a.attnotnull AND (c.relkind = 'p' OR NOT EXISTS (SELECT 1 FROM pg_inherits WHERE inhparent = c.oid)) AND EXISTS (
                SELECT 1 FROM pg_index i
                WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indnatts = 1 AND i.indkey[0] = a.attnum),
            quote_ident(place.nspname) || '.' || quote_ident(o.collname), coalesce((to_jsonb(o) ->> 'collisdeterministic')::boolean, true)
        FROM unnest($1) AS wanted (name)
        JOIN pg_class c ON c.oid = to_regclass(quote_ident(wanted.name)) AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND has_column_privilege(c.oid, a.attnum, 'SELECT')
        CROSS JOIN LATERAL (
            WITH RECURSIVE type AS (
                SELECT typname, typbasetype FROM pg_type WHERE oid = a.atttypid
                UNION ALL
                SELECT t.typname, t.typbasetype FROM type JOIN pg_type t ON t.oid = type.typbasetype
            )
            SELECT typname::text AS name FROM type WHERE typbasetype = 0
        ) base
        LEFT JOIN pg_collation o ON o.oid = a.attcollation
        LEFT JOIN pg_namespace place ON place.oid = o.collnamespace
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
    /// The collation of a column of texts, as it stands in SQL; null where it holds none, or texts that differ count as equal in it: such a collation knows no
    /// patterns, and two that differ cannot be compared at all.
    /// </summary>
    public string? CollationOf(WarehouseColumn column) =>
        columns[(column.Table, column.Actual!)] is { IsDeterministic: true } facts ? facts.Collation : null;

    /// <summary>Whether texts that differ count as equal in the column; elsewhere in the portal they are two.</summary>
    public bool TakesTextsForEqual(WarehouseColumn column) => !columns[(column.Table, column.Actual!)].IsDeterministic;

    /// <summary>
    /// What two columns are compared with each other by. In their own type an index serves; a uuid is written in small letters, so a text that is to be one is
    /// too.
    /// </summary>
    public string ToCompare(WarehouseColumn column, WarehouseColumn other, string sql) =>
        AreOfOneKind(column, other) ? sql
            : TypeOf(other) == "uuid" ? $"lower({InText(column, sql)})"
            : InText(column, sql);

    /// <summary>The same columns' collation, behind either side: that of the second, in which its index is made. Mostly nothing need be said.</summary>
    public string CollationToCompare(WarehouseColumn column, WarehouseColumn other)
    {
        var (own, its) = (columns[(column.Table, column.Actual!)], columns[(other.Table, other.Actual!)]);
        return own.Collation == its.Collation && own.IsDeterministic ? "" : $" COLLATE {CollationOf(other) ?? CollationOf(column) ?? "\"C\""}";
    }

    /// <summary>Whether the two can be compared without making a text of either.</summary>
    public bool AreOfOneKind(WarehouseColumn column, WarehouseColumn other) =>
        TypeOf(column) == TypeOf(other) || (IsNumber(TypeOf(column)) && IsNumber(TypeOf(other)));

    /// <summary>Whether an index on the second serves to compare the two.</summary>
    public bool IndexServes(WarehouseColumn column, WarehouseColumn other) =>
        (TypeOf(column) == TypeOf(other) || (IsWhole(TypeOf(column)) && IsWhole(TypeOf(other)))) && !TakesTextsForEqual(other);

    /// <summary>A column as text; a number that is kept with decimals has none of them.</summary>
    public string InText(WarehouseColumn column, string sql) => TypeOf(column) == "numeric" ? $"round({sql})::text" : $"{sql}::text";

    /// <summary>
    /// A column as a whole number: the number it holds, or, of what is none or a longer one, a number that is always the same. Null stays null.
    /// </summary>
    public string NumberOf(WarehouseColumn column, string sql)
    {
        if (IsWhole(TypeOf(column)))
        {
            return $"{sql}::int8";
        }

        var text = $"{InText(column, sql)} COLLATE \"C\"";
        return $"CASE WHEN {text} ~ '^-?[0-9]{{1,18}}$' THEN ({InText(column, sql)})::int8 ELSE hashtextextended({text}, 0) & {long.MaxValue} END";
    }

    private static bool IsWhole(string type) => type is "int2" or "int4" or "int8";

    private static bool IsNumber(string type) => IsWhole(type) || type == "numeric";

    /// <summary>
    /// A column that holds a time, as timestamptz. A time without a zone is UTC: the public sample prints it so. A number counts seconds or, from the
    /// one on that would be the year 5138, milliseconds since 1970. What is no time gives null, for one row with a slip must not end the reading of
    /// all the others.
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
            var number when IsNumber(number) =>
                $"CASE WHEN {sql} >= 100000000 AND {sql} < 100000000000 THEN to_timestamp({sql}) "
                + $"WHEN {sql} >= 100000000000 AND {sql} < 253402297200000 THEN to_timestamp({sql} / 1000.0) END",
            _ => $"CASE WHEN {sql}::text COLLATE \"C\" ~ '{WrittenTime}' THEN {sql}::text::timestamptz END",
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
                columns[(reader.GetString(0), reader.GetString(1))] = new Facts(
                    reader.GetString(2), reader.GetBoolean(3), reader.GetBoolean(4), reader.IsDBNull(5) ? null : reader.GetString(5), reader.GetBoolean(6));
            }
        }

        var schema = new WarehouseSchema(columns);
        var missing = wanted.FirstOrDefault(column => column is { Actual: not null, MayBeMissing: false } && !schema.Has(column));
        return missing is null
            ? schema
            : throw new WarehouseException(ProblemCodes.WarehouseColumnMissing, false, null, missing.Table, missing.Actual!, missing.Setting);
    }

    // Without a collation: it holds no text.
    private sealed record Facts(string Type, bool IsNeverNull, bool IsUnique, string? Collation, bool IsDeterministic);
}
