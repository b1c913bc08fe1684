using Npgsql;

namespace Ssp.Tests.BlackBox;

/// <summary>
/// Registrations as localdwh has them, read by plain SQL and put together here: what a CSV file must say, found another way than the
/// portal finds it.
/// </summary>
public static class Warehouse
{
    /// <summary>One dictionary for each registration, oldest first: column and text. A field without a value is left out.</summary>
    public static async Task<List<Dictionary<string, string>>> ReadAsync(NpgsqlDataSource localdwh, string nihdi, string collection, string version)
    {
        var registrations = new List<Dictionary<string, string>>();
        foreach (var document in await DocumentsAsync(localdwh, nihdi, collection, version))
        {
            var registration = new Dictionary<string, string>();
            foreach (var (id, key, value) in await ValuesAsync(localdwh, document))
            {
                var extras = await ExtrasAsync(localdwh, id);
                var repeat = extras.Where(one => one.Type == "repeat_index").Select(one => one.Text).SingleOrDefault();
                var column = repeat is null ? key : $"{key}|{repeat}";
                foreach (var text in extras.Where(one => one.Type == "value").Select(one => one.Text).Prepend(value).Where(one => one.Length > 0))
                {
                    registration[column] = registration.TryGetValue(column, out var before) ? $"{before}|{text}" : text;
                }
            }

            registrations.Add(registration);
        }

        return registrations;
    }

    /// <summary>Every column that any of the registrations gives cause to, with or without a value.</summary>
    public static async Task<HashSet<string>> ColumnsAsync(NpgsqlDataSource localdwh, string nihdi, string collection, string version)
    {
        var columns = new HashSet<string>();
        foreach (var document in await DocumentsAsync(localdwh, nihdi, collection, version))
        {
            foreach (var (id, key, _) in await ValuesAsync(localdwh, document))
            {
                var repeats = (await ExtrasAsync(localdwh, id)).Where(one => one.Type == "repeat_index").Select(one => $"{key}|{one.Text}").ToList();
                columns.UnionWith(repeats is [] ? [key] : repeats);
            }
        }

        return columns;
    }

    private static Task<List<string>> DocumentsAsync(NpgsqlDataSource localdwh, string nihdi, string collection, string version) =>
        AskAsync(
            localdwh,
            """
            SELECT document_id FROM local_dwhmessage
            WHERE organization_nihdi = $1 AND data_collection_name = $2 AND dcd_version = $3 AND status <> 'DRAFT' ORDER BY id
            """,
            reader => reader.GetString(0), nihdi, collection, version);

    private static Task<List<(long Id, string Key, string Value)>> ValuesAsync(NpgsqlDataSource localdwh, string document) =>
        AskAsync(
            localdwh, "SELECT id, key, coalesce(value, '') FROM local_dwhmessage_key_value WHERE msg_document_id = $1 ORDER BY id",
            reader => (reader.GetInt64(0), reader.GetString(1), reader.GetString(2)), document);

    private static Task<List<(string Type, string Text)>> ExtrasAsync(NpgsqlDataSource localdwh, long value) =>
        AskAsync(
            localdwh, "SELECT attribute_type, coalesce(attribute_value, '') FROM local_dwhmessage_key_value_plus WHERE key_value_id = $1 ORDER BY id",
            reader => (reader.GetString(0), reader.GetString(1)), value);

    private static async Task<List<T>> AskAsync<T>(NpgsqlDataSource localdwh, string question, Func<NpgsqlDataReader, T> read, params object[] values)
    {
        await using var command = localdwh.CreateCommand(question);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        var found = new List<T>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            found.Add(read(reader));
        }

        return found;
    }
}
