using System.Globalization;
using System.Text;
using Npgsql;
using Ssp.Dev.Demo;
using Ssp.Tests.Support;
using Sylvan.Data.Csv;

namespace Ssp.Tests.Nippin;

/// <summary>
/// A database with registrations and messages in every case, and what the file of a night must hold of it, by a query that was written from
/// the rules alone. Both of HD4DP's tables stand in this one database, so the portal's two connections may both lead to it.
/// </summary>
public static class NightCheck
{
    public const string Nihdi = "71910157";

    public const string Collection = "OP_KNEE_PRIM_IMPLT";

    public const string ImplantDateKey = "DT_IMPLANT";

    public const string Header =
        "localdwh_id,localdwh_created_on,localdwh_registration_code,localdwh_register,nippin_message,nippin_interface_type,nippin_status,nippin_created_on,"
        + "nippin_payload_after_validation,nippin_postresponse_tack_reference,nippin_postresponse_tack_result_major,result,localdwh_implant_date";

    /// <param name="timeType">The type of both columns created_on: with or without time zone, in UTC then.</param>
    /// <returns>How to connect as the owner; also right for the queries below.</returns>
    public static async Task<string> CreateDatabaseAsync(Stack stack, string timeType = "timestamptz")
    {
        var tables = (DemoWarehouse.Sql("localdwh.sql") + DemoWarehouse.Sql("nippin.sql")).Replace("timestamptz", timeType, StringComparison.Ordinal);
        // Rights are given on a database of another name.
        var script = (tables + Sql("EveryCase.sql") + DemoWarehouse.Sql("localdwh-indexes.sql"))
            .Split('\n')
            .Where(line => !line.StartsWith("GRANT", StringComparison.Ordinal));
        var connection = await stack.NewDatabaseAsync(string.Join('\n', script));
        // The check reads most of its tables whole; the server would choose loops within loops.
        return new NpgsqlConnectionStringBuilder(connection) { Timezone = "UTC", Options = "-c enable_nestloop=off" }.ConnectionString;
    }

    /// <summary>The records the file must hold after its header, in their order. An empty text stands also for null, as in a CSV file.</summary>
    public static async Task<IReadOnlyList<string[]>> ReadExpectedAsync(string connection, DateOnly? startDate = null, string? implantDateKey = ImplantDateKey)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var check = source.CreateCommand(Sql("IndependentCheck.sql"));
        check.Parameters.AddRange(new NpgsqlParameter[] { new() { Value = Nihdi }, new() { Value = Collection }, OrNull(implantDateKey), OrNull(startDate) });
        await using var reader = await check.ExecuteReaderAsync();
        Assert.Equal(Header, string.Join(',', Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)));
        var records = new List<string[]>();
        while (await reader.ReadAsync())
        {
            records.Add([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)]);
        }

        return records;
    }

    /// <summary>How many messages must be reported as another hospital's.</summary>
    public static async Task<long> CountForeignAsync(string connection, DateOnly? startDate = null)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var count = source.CreateCommand(Sql("IndependentForeign.sql"));
        count.Parameters.AddRange(new NpgsqlParameter[] { new() { Value = Nihdi }, new() { Value = Collection }, OrNull(startDate) });
        return (long)(await count.ExecuteScalarAsync())!;
    }

    /// <summary>Which message is right for each registration, as the cases themselves say: its number, its message_id, and the case in words.</summary>
    public static async Task<IReadOnlyDictionary<string, (long? Message, string MessageId, string Way)>> ReadDeclaredAsync(string connection)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var read = source.CreateCommand(
            "SELECT registration_id, night_case.message_id, coalesce(nippin_message.message_id, ''), way "
            + "FROM night_case LEFT JOIN nippin_message ON nippin_message.id = night_case.message_id");
        await using var reader = await read.ExecuteReaderAsync();
        var declared = new Dictionary<string, (long?, string, string)>();
        while (await reader.ReadAsync())
        {
            declared.Add(
                reader.GetInt64(0).ToString(CultureInfo.InvariantCulture),
                (reader.IsDBNull(1) ? null : reader.GetInt64(1), reader.GetString(2), reader.GetString(3)));
        }

        return declared;
    }

    /// <summary>The records of a night's file after its header, as another program than the portal's writer understands them.</summary>
    public static IReadOnlyList<string[]> RecordsOf(Stream file)
    {
        using var text = new StreamReader(
            file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false);
        using var csv = CsvDataReader.Create(text, new CsvDataReaderOptions { Delimiter = ',', HasHeaders = false, BufferSize = 1 << 20 });
        var records = new List<string[]>();
        while (csv.Read())
        {
            records.Add([.. Enumerable.Range(0, csv.RowFieldCount).Select(csv.GetString)]);
        }

        Assert.NotEmpty(records);
        Assert.Equal(Header, string.Join(',', records[0]));
        return records[1..];
    }

    /// <summary>Fails with the first record that differs and the case it stands for.</summary>
    public static void AssertSame(
        IReadOnlyList<string[]> expected, IReadOnlyList<string[]> actual, IReadOnlyDictionary<string, (long? Message, string MessageId, string Way)> declared)
    {
        for (var place = 0; place < Math.Min(expected.Count, actual.Count); place++)
        {
            if (!expected[place].SequenceEqual(actual[place]))
            {
                var way = declared.TryGetValue(expected[place][0], out var one) ? one.Way : "no case";
                Assert.Fail(
                    $"Record {place + 1} ({way}) differs.{Environment.NewLine}"
                    + $"expected: {Shown(expected[place])}{Environment.NewLine}actual:   {Shown(actual[place])}");
            }
        }

        Assert.Equal(expected.Count, actual.Count);
    }

    public static string Sql(string name)
    {
        using var reader = new StreamReader(typeof(NightCheck).Assembly.GetManifestResourceStream($"Ssp.Tests.Nippin.{name}")!);
        return reader.ReadToEnd();
    }

    private static NpgsqlParameter OrNull<T>(T? value) => new() { Value = (object?)value ?? DBNull.Value };

    private static string Shown(string[] record) => string.Join(" | ", record.Select(text => text.Length > 80 ? $"{text[..80]}… ({text.Length})" : text));
}
