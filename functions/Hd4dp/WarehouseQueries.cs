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

    /// <summary>For the queries that follow in the same transaction: the few values of one registration are not worth a bitmap each time.</summary>
    public const string PlainIndexScans = "SELECT set_config('enable_bitmapscan', 'off', true)";

    /// <summary>For the queries that follow in the same transaction: a million registrations are sorted twice, and on disk that takes twice as long.</summary>
    public const string RoomToSort = "SELECT set_config('work_mem', '128MB', true)";

    public string Organizations(WarehouseSchema schema) =>
        $"""
        SELECT {Organization(schema)}, max({(names.OrganizationName.Actual is null ? "NULL" : names.OrganizationName.Sql)}::text)
        FROM {Quote(names.MessageTable)}
        WHERE {names.OrganizationNihdi.Sql} IS NOT NULL
        GROUP BY 1 ORDER BY 1
        """;

    /// <summary>$1: NIHDI digits.</summary>
    public string Collections(WarehouseSchema schema) =>
        $"""
        SELECT {names.CollectionName.Sql}::text, {VersionText},
            count(DISTINCT {names.DocumentId.Sql}{LetterByLetter(schema)}) + count(*) FILTER (WHERE {names.DocumentId.Sql} IS NULL)
        FROM {Quote(names.MessageTable)}
        WHERE {DigitsOf(Organization(schema))} = $1 AND {names.CollectionName.Sql} IS NOT NULL AND {IsSubmittedStatus(names.Status.Text)}
        GROUP BY 1, 2 ORDER BY 1, 2
        """;

    /// <summary>
    /// Notes how this warehouse writes the organisation's number and the submitted status, for the queries that follow: compared as they
    /// stand, the planner knows how many registrations to expect and chooses its way through millions of values by that.
    /// </summary>
    public string NoteSpellings(WarehouseSchema schema) =>
        $"""
        SELECT set_config('ssp.organizations', coalesce(array_agg(DISTINCT organization), '{Nothing}')::text, true),
            set_config('ssp.statuses', coalesce(array_agg(DISTINCT status), '{Nothing}')::text, true)
        FROM (
            SELECT {Organization(schema)} AS organization, {names.Status.Text} AS status
            FROM {Quote(names.MessageTable)}
            WHERE {names.CollectionName.Sql}::text = current_setting('ssp.collection')
            GROUP BY 1, 2
        ) spellings
        WHERE {DigitsOf("organization")} = current_setting('ssp.nihdi') AND {IsSubmittedStatus("status")}
        """;

    /// <summary>How many registrations there are, and how many of them have no document id.</summary>
    public string Count(WarehouseSchema schema) =>
        $"SELECT count(*), count(*) FILTER (WHERE m.document_id IS NULL) FROM ({Registrations(schema)}) m";

    /// <summary>Whether any value has an attribute that matters to an export; where none has, the extra table is left out of the queries.</summary>
    public string HasPlus =>
        $"SELECT EXISTS (SELECT 1 FROM {Quote(names.PlusTable)} "
        + $"WHERE {names.AttributeType.Sql}::text IN ({Literal(names.RepeatAttribute)}, {Literal(names.ValueAttribute)}))";

    /// <summary>
    /// $1: a table, $2: a column. Whether an index finds the rows of one value: of a kind that has a place for each value, of all rows, in the order of the
    /// column's own texts. The index of a table that others inherit from holds none of their rows, so each of them needs one; that of a partitioned
    /// table is there when all parts have it.
    /// </summary>
    public const string HasIndex =
        """
        WITH RECURSIVE tables AS (
            SELECT c.oid, c.relkind FROM pg_class c WHERE c.oid = to_regclass(quote_ident($1))
            UNION
            SELECT c.oid, c.relkind
            FROM tables t JOIN pg_inherits h ON h.inhparent = t.oid AND t.relkind <> 'p' JOIN pg_class c ON c.oid = h.inhrelid
        )
        SELECT coalesce(bool_and(EXISTS (
            SELECT 1 FROM pg_attribute a
            JOIN pg_index i ON i.indrelid = a.attrelid AND i.indkey[0] = a.attnum AND i.indcollation[0] = a.attcollation
            JOIN pg_class c ON c.oid = i.indexrelid
            JOIN pg_am m ON m.oid = c.relam AND m.amname IN ('btree', 'hash')
            WHERE a.attrelid = t.oid AND a.attname = $2 AND NOT a.attisdropped AND i.indisvalid AND i.indisready AND i.indpred IS NULL
        )), false) FROM tables t
        """;

    /// <summary>
    /// One row per registration, in the order they were made: its fields, their values and, with the extra table, repeats and further
    /// values, as arrays side by side in the order the values were made. A registration without values has no arrays, or one field that is null.
    /// </summary>
    /// <param name="byIndex">
    /// Whether indexes find the values of one registration. Then each registration's values are fetched in turn and nothing large is ever
    /// sorted; without, that would read the whole table for each, and the server joins and sorts everything at once.
    /// </param>
    public string CopyRegistrations(WarehouseSchema schema, bool withPlus, bool byIndex) =>
        $"COPY ({(byIndex ? OneByOne(schema, withPlus) : AllAtOnce(schema, withPlus))}) TO STDOUT (FORMAT binary)";

    private string OneByOne(WarehouseSchema schema, bool withPlus) =>
        $"""
        SELECT a.*
        FROM (SELECT * FROM ({Registrations(schema)}) r ORDER BY r.{Place(schema)}) m
        CROSS JOIN LATERAL (
            SELECT {Arrays(withPlus)}
            FROM (
                SELECT {ValueColumns(schema)}{(withPlus ? ", " + PlusOf(schema) : "")}
                FROM {Quote(names.ValueTable)} kv
                WHERE kv.{names.ValueDocumentId.Sql} = m.document_id{schema.CollationToCompare(names.DocumentId, names.ValueDocumentId)}
            ) v
        ) a
        ORDER BY m.{Place(schema)}
        """;

    private string AllAtOnce(WarehouseSchema schema, bool withPlus) =>
        $"""
        SELECT {Arrays(withPlus)}
        FROM ({Registrations(schema)}) m
        LEFT JOIN (
            SELECT {ValueColumns(schema)}{(withPlus ? ", p.repeat, p.further" : "")}
            FROM {Quote(names.ValueTable)} kv {(withPlus ? $"LEFT JOIN ({PlusOfAll(schema)}) p ON p.value_id = {ValueIdOfPlus(schema)}" : "")}
        ) v ON v.document_id = {DocumentOfValues(schema, "m.document_id")}
        GROUP BY m.{Place(schema)} ORDER BY m.{Place(schema)}
        """;

    /// <summary>
    /// One row per registration of an implant: id, document id, registration code, nippin_id, creation, implant date (null: none that is one), and
    /// the day it counts for, newest first. What was made before <see cref="DataCollection.StartDate"/> is left out; nobody can say so of what has no date
    /// of creation that can be one.
    /// </summary>
    public string CopyImplants(WarehouseSchema schema, DataCollection collection)
    {
        // Only where there is such a day: one row with a year of five digits must not end the reading of all the others.
        const string createdDay =
            $"CASE WHEN created >= timestamptz '{PostgresTime.FirstText}' AND created < timestamptz '{PostgresTime.EndText}' "
            + "THEN (created AT TIME ZONE 'Europe/Brussels')::date END";
        var isOfStatus = names.Status.Actual is null
            ? "true"
            : $"(m.{names.Status.Sql} IS NULL OR m.{names.Status.Text} = ANY (current_setting('ssp.statuses')::text[]))";
        var document = Document(schema, "m.", schema.TypeOf(names.DocumentId) is "text" or "varchar" ? " COLLATE \"C\"" : "");
        // Each condition and date is computed where the values are read, on all the server's workers.
        var dates = collection.ImplantDateKey is null ? "" : $"""

                        LEFT JOIN (
                            SELECT {names.ValueId.Sql} AS value_id, {ValueDocument(schema)} AS value_document_id, {ImplantDay} AS implant
                            FROM {Quote(names.ValueTable)} WHERE {names.Key.Sql}::text = {Literal(collection.ImplantDateKey)} AND {IsImplantDate}
                        ) kv ON kv.value_document_id = {DocumentOfValues(schema, $"m.{names.DocumentId.Sql}")}
                """;
        return $"""
            COPY (
                SELECT id, document_id, code, nippin_id, created, implant, coalesce(implant, created_day, '1900-01-01'::date) AS day
                FROM (
                    SELECT id, document_id::text AS document_id, code, nippin_id, created, {createdDay} AS created_day, implant
                    FROM (
                        SELECT DISTINCT ON ({document}) coalesce({schema.NumberOf(names.MessageId, $"m.{names.MessageId.Sql}")}, 0) AS id,
                            m.{names.DocumentId.Sql} AS document_id,
                            {TextOf("m", names.RegistrationCode)} AS code, {TextOf("m", names.NippinId)} AS nippin_id,
                            {schema.TimeOf(names.CreatedOn, "m")} AS created, {(collection.ImplantDateKey is null ? "NULL::date" : "kv.implant")} AS implant
                        FROM {Quote(names.MessageTable)} m{dates}
                        WHERE m.{names.CollectionName.Sql}::text = current_setting('ssp.collection')
                            AND {Organization(schema, "m.")} = ANY (current_setting('ssp.organizations')::text[])
                            AND {isOfStatus}
                        ORDER BY {document}, m.{names.MessageId.Sql} DESC{(collection.ImplantDateKey is null ? "" : ", kv.value_id")}
                    ) newest
                    WHERE {(collection.StartDate is { } start ? $"({WasMadeBefore(start)}) IS NOT TRUE" : "true")}
                ) dated
                ORDER BY day DESC, id DESC
            ) TO STDOUT (FORMAT binary)
            """;
    }

    private static string WasMadeBefore(DateOnly day) =>
        $"created >= timestamptz '{PostgresTime.FirstText}' AND created < timestamp '{day:yyyy-MM-dd}' AT TIME ZONE 'Europe/Brussels'";

    /// <summary>
    /// What counts as an implant date: dd/mm/yyyy as HD4DP writes it, or ISO, at most with a midnight behind it;
    /// only days there are, of the years 1900 to 2099.
    /// </summary>
    private const string ImplantDate =
        "^("
        + "(((0[1-9]|1[0-9]|2[0-8])/(0[1-9]|1[0-2])|(29|30)/(0[13-9]|1[0-2])|31/(0[13578]|1[02]))/(19|20)[0-9]{2}"
        + "|29/02/((19|20)(0[48]|[2468][048]|[13579][26])|2000))"
        + "|(((19|20)[0-9]{2}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)"
        + "|((19|20)(0[48]|[2468][048]|[13579][26])|2000)-02-29)"
        + "(T00:00:00([.]000)?Z?| 00:00:00)?)"
        + ")$";

    // A collation in which texts that differ count as equal knows no patterns.
    private string ValueText => $"{names.Value.Sql}::text COLLATE \"C\"";

    // Most are dd/mm/yyyy before the 29th; to know those without the pattern halves the time the values take.
    private string IsImplantDate =>
        $"""
        ((translate({ValueText}, '123456789', '000000000') = '00/00/0000' AND left({ValueText}, 2) BETWEEN '01' AND '28'
            AND substr({ValueText}, 4, 2) BETWEEN '01' AND '12' AND substr({ValueText}, 7, 2) IN ('19', '20')) OR {ValueText} ~ {Literal(ImplantDate)})
        """;

    // The server computes it only of values that the condition let through.
    private string ImplantDay =>
        $"""
        CASE WHEN substr({ValueText}, 3, 1) = '/' THEN make_date(substr({ValueText}, 7, 4)::int, substr({ValueText}, 4, 2)::int, left({ValueText}, 2)::int)
            ELSE left({ValueText}, 10)::date END
        """;

    private static string TextOf(string table, WarehouseColumn column) => column.Actual is null ? column.Text : $"{table}.{column.Text}";

    private static string Arrays(bool withPlus) =>
        string.Join(
            ", ",
            ((string[])["key", "value", .. withPlus ? (string[])["repeat", "further"] : []]).Select(column => $"array_agg(v.{column} ORDER BY v.id)"));

    private string ValueColumns(WarehouseSchema schema) =>
        $"kv.{names.ValueId.Sql} AS id, kv.{names.Key.Sql}::text AS key, kv.{names.Value.Sql}::text AS value, "
        + $"{ValueDocument(schema, "kv.")} AS document_id";

    // A registration's document as the values name it.
    private string DocumentOfValues(WarehouseSchema schema, string sql) =>
        schema.ToCompare(names.DocumentId, names.ValueDocumentId, sql) + schema.CollationToCompare(names.DocumentId, names.ValueDocumentId);

    private string ValueDocument(WarehouseSchema schema, string table = "") =>
        schema.ToCompare(names.ValueDocumentId, names.DocumentId, $"{table}{names.ValueDocumentId.Sql}");

    // A value as the extra table names it.
    private string ValueIdOfPlus(WarehouseSchema schema) =>
        schema.ToCompare(names.ValueId, names.PlusValueId, $"kv.{names.ValueId.Sql}") + schema.CollationToCompare(names.ValueId, names.PlusValueId);

    // For one value; of repeat numbers there is one.
    private string PlusOf(WarehouseSchema schema)
    {
        string Of(string type) =>
            $"""
            SELECT {InOneText(schema)} FROM {Quote(names.PlusTable)}
            WHERE {names.PlusValueId.Sql} = {ValueIdOfPlus(schema)} AND {names.AttributeType.Sql}::text = {Literal(type)}
            """;
        return $"({Of(names.RepeatAttribute)}) AS repeat, ({Of(names.ValueAttribute)}) AS further";
    }

    private string PlusOfAll(WarehouseSchema schema)
    {
        string Of(string type) => $"{InOneText(schema)} FILTER (WHERE {names.AttributeType.Sql}::text = {Literal(type)})";
        var value = schema.ToCompare(names.PlusValueId, names.ValueId, names.PlusValueId.Sql)
            + schema.CollationToCompare(names.ValueId, names.PlusValueId);
        return $"""
            SELECT {value} AS value_id, {Of(names.RepeatAttribute)} AS repeat, {Of(names.ValueAttribute)} AS further
            FROM {Quote(names.PlusTable)}
            WHERE {names.AttributeType.Sql}::text IN ({Literal(names.RepeatAttribute)}, {Literal(names.ValueAttribute)})
            GROUP BY 1
            """;
    }

    // Several attributes of one kind stand in one text, in an order that is the same at every reading and on every server: where a row lies is not.
    private string InOneText(WarehouseSchema schema)
    {
        var made = schema.Has(names.PlusId) ? $"{names.PlusId.Sql}, " : "";
        return $"string_agg({names.AttributeValue.Text}, '|' ORDER BY {made}{names.AttributeValue.Text} COLLATE \"C\")";
    }

    // When a registration was sent again it stands there twice under one document id: the newest row counts.
    private string Registrations(WarehouseSchema schema)
    {
        var newest = $"""
            SELECT DISTINCT ON ({Document(schema)}) {names.DocumentId.Sql} AS document_id, {names.MessageId.Sql} AS id
            FROM {Quote(names.MessageTable)}
            WHERE {names.CollectionName.Sql}::text = current_setting('ssp.collection') AND {IsOfVersion}
                AND {Organization(schema)} = ANY (current_setting('ssp.organizations')::text[]) AND {IsOfNotedStatus}
            ORDER BY {Document(schema)}, {names.MessageId.Sql} DESC
            """;
        return schema.IsUnique(names.MessageId) ? newest : $"SELECT *, row_number() OVER (ORDER BY id, document_id) AS place FROM ({newest}) r";
    }

    // What one registration alone has and says which was made first: the id, where the server sees to it that no two have one.
    private string Place(WarehouseSchema schema) => schema.IsUnique(names.MessageId) ? "id" : "place";

    // What makes a registration: its document, and without one its row.
    private string Document(WarehouseSchema schema, string table = "", string collation = "")
    {
        var document = $"{table}{names.DocumentId.Sql}";
        var row = schema.IsUnique(names.MessageId) ? $"{table}{names.MessageId.Sql}" : "row_number() OVER ()";
        return $"{document}{(collation.Length > 0 ? collation : LetterByLetter(schema))}"
            + (schema.IsNeverNull(names.DocumentId) ? "" : $", CASE WHEN {document} IS NULL THEN {row} END");
    }

    // Texts of which the column's collation takes several for one are several.
    private string LetterByLetter(WarehouseSchema schema) => schema.TakesTextsForEqual(names.DocumentId) ? " COLLATE \"C\"" : "";

    private string Organization(WarehouseSchema schema, string table = "") =>
        schema.InText(names.OrganizationNihdi, $"{table}{names.OrganizationNihdi.Sql}");

    private static string Nothing => "{}";

    private string IsOfNotedStatus =>
        names.Status.Actual is null ? "true" : $"({names.Status.Sql} IS NULL OR {names.Status.Text} = ANY (current_setting('ssp.statuses')::text[]))";

    private string IsOfVersion =>
        names.Version.Actual is null
            ? $"current_setting('ssp.version') = {Literal(Warehouse.AllVersions)}"
            : $"({names.Version.Sql}::text = current_setting('ssp.version') OR ({names.Version.Sql} IS NULL AND current_setting('ssp.version') = '(none)'))";

    private string VersionText => names.Version.Actual is null ? $"{Literal(Warehouse.AllVersions)}::text" : $"coalesce({names.Version.Sql}::text, '(none)')";

    // HD4DP writes the number with or without separators.
    private static string DigitsOf(string number) => $"regexp_replace({number} COLLATE \"C\", '[^0-9]', '', 'g')";

    private string IsSubmittedStatus(string status) => $"coalesce(lower({status}) = {Literal(names.SubmittedStatus.ToLowerInvariant())}, true)";

    /// <summary>Whether indexes on the values, and on the extra table, would be of use to find those of one registration.</summary>
    public bool IndexesServe(WarehouseSchema schema, bool withPlus) =>
        schema.IndexServes(names.DocumentId, names.ValueDocumentId) && (!withPlus || schema.IndexServes(names.ValueId, names.PlusValueId));

    private static string Quote(string name) => WarehouseColumn.Quote(name);

    // Words of the installation's settings, not of a request.
    private static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
