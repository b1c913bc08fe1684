using System.Globalization;
using Npgsql;

namespace Ssp.Tests.Support;

/// <summary>Puts registrations into a warehouse, as HD4DP would.</summary>
public static class Registrations
{
    public const string Collection = "BCFR_Main_registration";

    /// <param name="values">Field and value, in the order they stand in; a field may come several times.</param>
    /// <returns>The document id.</returns>
    public static async Task<string> AddAsync(
        this NpgsqlDataSource warehouse, string nihdi, IEnumerable<(string Key, string? Value)> values, string version = "1", string collection = Collection,
        string? status = "SUBMITTED", string? documentId = null, string? organizationName = "Test hospital")
    {
        documentId ??= Guid.NewGuid().ToString();
        await using var connection = await warehouse.OpenConnectionAsync();
        await using var message = new NpgsqlCommand(
            """
            INSERT INTO local_dwhmessage (document_id, data_collection_name, organization_nihdi, organization_name, project, dcd_version, created_on, status)
            VALUES ($1, $2, $3, $4, 'BCFR', $5, now(), $6)
            """,
            connection)
        {
            Parameters =
            {
                new() { Value = documentId },
                new() { Value = collection },
                new() { Value = nihdi },
                new() { Value = (object?)organizationName ?? DBNull.Value },
                new() { Value = version },
                new() { Value = (object?)status ?? DBNull.Value },
            },
        };
        await message.ExecuteNonQueryAsync();
        foreach (var (key, value) in values)
        {
            await connection.AddValueAsync(documentId, key, value);
        }

        return documentId;
    }

    public static async Task<long> AddValueAsync(
        this NpgsqlConnection connection, string documentId, string key, string? value, params (string Type, string Value)[] plus)
    {
        await using var insert = new NpgsqlCommand(
            "INSERT INTO local_dwhmessage_key_value (msg_document_id, key, value) VALUES ($1, $2, $3) RETURNING id", connection)
        {
            Parameters = { new() { Value = documentId }, new() { Value = key }, new() { Value = (object?)value ?? DBNull.Value } },
        };
        var id = Convert.ToInt64(await insert.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
        foreach (var (type, text) in plus)
        {
            await using var attribute = new NpgsqlCommand(
                "INSERT INTO local_dwhmessage_key_value_plus (key_value_id, attribute_type, attribute_value) VALUES ($1, $2, $3)", connection)
            {
                Parameters = { new() { Value = id }, new() { Value = type }, new() { Value = text } },
            };
            await attribute.ExecuteNonQueryAsync();
        }

        return id;
    }
}
