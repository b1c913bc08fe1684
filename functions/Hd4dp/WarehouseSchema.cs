using Ssp.Http;

namespace Ssp.Hd4dp;

/// <summary>What information_schema says of the columns we use, at one moment.</summary>
public sealed class WarehouseSchema
{
    private readonly Dictionary<(string Table, string Column), string> types;

    private WarehouseSchema(Dictionary<(string Table, string Column), string> types) => this.types = types;

    /// <summary>PostgreSQL's name of the column's type, for example int8, text or uuid.</summary>
    public string TypeOf(WarehouseColumn column) => types[(column.Table, column.Actual!)];

    /// <param name="columns">The columns the settings name.</param>
    /// <exception cref="WarehouseException">A table or column is missing, or our account may not read it.</exception>
    public static async Task<WarehouseSchema> ReadAsync(ReadTransaction transaction, IReadOnlyList<WarehouseColumn> columns, CancellationToken cancel)
    {
        await using var command = transaction.Command(
            "SELECT table_name::text, column_name::text, udt_name::text FROM information_schema.columns "
            + "WHERE table_schema = ANY (current_schemas(false)) AND table_name = ANY ($1)",
            // As one value: an array of texts would pass for several.
            (object)columns.Select(column => column.Table).Distinct().ToArray());
        var types = new Dictionary<(string, string), string>();
        await using (var reader = await command.ExecuteReaderAsync(cancel))
        {
            while (await reader.ReadAsync(cancel))
            {
                types[(reader.GetString(0), reader.GetString(1))] = reader.GetString(2);
            }
        }

        var missing = columns.FirstOrDefault(column => column.Actual is not null && !types.ContainsKey((column.Table, column.Actual)));
        return missing is null
            ? new WarehouseSchema(types)
            : throw new WarehouseException(ProblemCodes.WarehouseColumnMissing, false, null, missing.Table, missing.Actual!, missing.Setting);
    }
}
