namespace Ssp.Hd4dp;

/// <summary>
/// The SQL text, with the installation's names in it and never a value. COPY takes no parameters, so the selection travels as
/// settings of the transaction (ssp.nihdi, ssp.collection, ssp.version) and is read back by current_setting.
/// </summary>
public sealed class WarehouseQueries(WarehouseNames names)
{
    /// <summary>Sets the selection for the queries that follow in the same transaction: $1 NIHDI digits, $2 collection, $3 version.</summary>
    public const string Select =
        "SELECT set_config('ssp.nihdi', $1, true), set_config('ssp.collection', $2, true), set_config('ssp.version', $3, true)";

    public string Organizations =>
        $"""
        SELECT {names.OrganizationNihdi.Sql}::text, max({(names.OrganizationName.Actual is null ? "NULL" : names.OrganizationName.Sql)}::text)
        FROM {Quote(names.MessageTable)}
        WHERE {names.OrganizationNihdi.Sql} IS NOT NULL
        GROUP BY 1 ORDER BY 1
        """;

    /// <summary>$1: NIHDI digits.</summary>
    public string Collections =>
        $"""
        SELECT {names.CollectionName.Sql}::text, {VersionText}, count(DISTINCT {names.DocumentId.Sql})
        FROM {Quote(names.MessageTable)}
        WHERE {NihdiDigits} = $1 AND {names.CollectionName.Sql} IS NOT NULL AND {IsSubmitted}
        GROUP BY 1, 2 ORDER BY 1, 2
        """;

    public string Count => $"SELECT count(*) FROM ({Registrations}) m";

    /// <summary>Whether any value has an attribute that matters to an export; where none has, the extra table is left out of the queries.</summary>
    public string HasPlus =>
        $"SELECT EXISTS (SELECT 1 FROM {Quote(names.PlusTable)} WHERE {names.AttributeType.Sql}::text IN ({Literal(names.RepeatAttribute)}, {Literal(names.ValueAttribute)}))";

    /// <summary>The fields the selection has: name, number of the repeat or null, and an order of first appearance.</summary>
    public string Fields(WarehouseSchema schema, bool withPlus) =>
        $"""
        SELECT kv.{names.Key.Sql}::text, {(withPlus ? "p.repeat" : "NULL::text")}, min(kv.{names.ValueId.Sql}{(schema.TypeOf(names.ValueId) == "uuid" ? "::text" : "")})
        FROM ({Registrations}) m {JoinValues(schema, withPlus, "JOIN")}
        WHERE kv.{names.Key.Sql} IS NOT NULL
        GROUP BY 1, 2 ORDER BY 3
        """;

    /// <summary>
    /// One row per value, in the order of registrations and, within one, of values: number of the registration, field, value, and with
    /// the extra table also repeat and further values. A registration without values is one row without a field.
    /// </summary>
    public string CopyValues(WarehouseSchema schema, bool withPlus) =>
        $"""
        COPY (
            SELECT m.n, kv.{names.Key.Sql}::text, kv.{names.Value.Sql}::text{(withPlus ? ", p.repeat, p.further" : "")}
            FROM (SELECT d.document_id, row_number() OVER (ORDER BY d.id) AS n FROM ({Registrations}) d) m {JoinValues(schema, withPlus, "LEFT JOIN")}
            ORDER BY m.n, kv.{names.ValueId.Sql}
        ) TO STDOUT (FORMAT binary)
        """;

    // When a registration was sent again it stands there twice under one document id: the newest row counts.
    private string Registrations =>
        $"""
        SELECT DISTINCT ON ({names.DocumentId.Sql}) {names.DocumentId.Sql} AS document_id, {names.MessageId.Sql} AS id
        FROM {Quote(names.MessageTable)}
        WHERE {names.CollectionName.Sql}::text = current_setting('ssp.collection') AND {VersionText} = current_setting('ssp.version')
            AND {NihdiDigits} = current_setting('ssp.nihdi') AND {IsSubmitted}
        ORDER BY {names.DocumentId.Sql}, {names.MessageId.Sql} DESC
        """;

    private string VersionText => names.Version.Actual is null ? $"{Literal(Warehouse.AllVersions)}::text" : $"coalesce({names.Version.Sql}::text, '(none)')";

    // HD4DP writes the number with or without separators.
    private string NihdiDigits => $"regexp_replace({names.OrganizationNihdi.Sql}::text, '[^0-9]', '', 'g')";

    private string IsSubmitted =>
        names.Status.Actual is null ? "true" : $"coalesce(lower({names.Status.Sql}::text) = {Literal(names.SubmittedStatus.ToLowerInvariant())}, true)";

    private string JoinValues(WarehouseSchema schema, bool withPlus, string join)
    {
        // In the column's own type an index serves the join; as text only where the two sides differ.
        var cast = schema.TypeOf(names.DocumentId) == schema.TypeOf(names.ValueDocumentId) ? "" : "::text";
        var values = $"{join} {Quote(names.ValueTable)} kv ON kv.{names.ValueDocumentId.Sql}{cast} = m.document_id{cast}";
        return withPlus
            ? $"""
            {values} LEFT JOIN (
                SELECT {names.PlusValueId.Sql} AS value_id,
                    max({names.AttributeValue.Sql}::text) FILTER (WHERE {names.AttributeType.Sql}::text = {Literal(names.RepeatAttribute)}) AS repeat,
                    string_agg({names.AttributeValue.Sql}::text, '|' ORDER BY ctid) FILTER (WHERE {names.AttributeType.Sql}::text = {Literal(names.ValueAttribute)}) AS further
                FROM {Quote(names.PlusTable)}
                WHERE {names.AttributeType.Sql}::text IN ({Literal(names.RepeatAttribute)}, {Literal(names.ValueAttribute)})
                GROUP BY 1
            ) p ON p.value_id = kv.{names.ValueId.Sql}
            """
            : values;
    }

    private static string Quote(string name) => WarehouseColumn.Quote(name);

    // Words of the installation's settings, not of a request.
    private static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
