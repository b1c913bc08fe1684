using System.Globalization;
using Npgsql;

namespace Ssp.Tests.Support;

/// <summary>Puts registrations of implants and messages to the insurers where HD4DP would.</summary>
public static class Implants
{
    public const string Registry = "OP_KNEE_PRIM_IMPLT";

    private static int lastCode = 100_000;

    /// <summary>A registration code nobody else has.</summary>
    public static string NewCode() => string.Create(CultureInfo.InvariantCulture, $"206.24.{Interlocked.Increment(ref lastCode):D6}.88");

    /// <returns>Its number in localdwh.</returns>
    public static async Task<long> AddImplantAsync(
        this NpgsqlDataSource localdwh,
        string nihdi,
        string? code,
        string? implantDate = "18/06/2024",
        string createdOn = "2024-06-18T06:38:01.449820Z",
        string? nippinId = null,
        string registry = Registry,
        string? documentId = null)
    {
        documentId ??= Guid.NewGuid().ToString();
        await using var connection = await localdwh.OpenConnectionAsync();
        await using var insert = new NpgsqlCommand(
            """
            INSERT INTO local_dwhmessage (document_id, data_collection_name, organization_nihdi, registration_code, nippin_id, created_on, status)
            VALUES ($1, $2, $3, $4, $5, $6::timestamptz, 'SUBMITTED') RETURNING id
            """,
            connection)
        {
            Parameters =
            {
                new() { Value = documentId }, new() { Value = registry }, new() { Value = nihdi }, new() { Value = (object?)code ?? DBNull.Value },
                new() { Value = (object?)nippinId ?? DBNull.Value }, new() { Value = createdOn },
            },
        };
        var id = (long)(await insert.ExecuteScalarAsync())!;
        await connection.AddValueAsync(documentId, "CD_NISS", "85040216932");
        if (implantDate is not null)
        {
            await connection.AddValueAsync(documentId, "DT_IMPLANT", implantDate);
        }

        return id;
    }

    /// <returns>Its number in nippin.</returns>
    public static async Task<long> AddMessageAsync(
        this NpgsqlDataSource nippin,
        string? nihdi,
        string? currentCode,
        string? status = "SENT",
        bool? valid = true,
        string? previousCode = null,
        string? tackMajor = null,
        string? messageId = null,
        string interfaceType = "REST",
        string? validation = null,
        string? tackReference = null,
        string createdOn = "2024-06-18T06:38:01.938909Z")
    {
        await using var insert = nippin.CreateCommand(
            """
            INSERT INTO nippin_message (message_id, identification_value, current_registrationcode, previous_registrationcode,
                status, valid, interface_type, payload_after_validation,
                postresponse_tack_reference, postresponse_tack_result_major, created_on)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::timestamptz) RETURNING id
            """);
        object?[] values =
        [
            messageId ?? Guid.NewGuid().ToString(), nihdi, currentCode, previousCode,
            status, valid, interfaceType, validation,
            tackReference, tackMajor, createdOn,
        ];
        foreach (var value in values)
        {
            insert.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        }

        return (long)(await insert.ExecuteScalarAsync())!;
    }
}
