using Npgsql;
using Ssp.Dev.Demo;
using Ssp.Tests.Hosting;

namespace Ssp.Tests.Support;

/// <summary>A localdwh whose registrations take their time, so that something can happen while they are read.</summary>
public static class SlowWarehouse
{
    public const int Registrations = 30;

    /// <summary>What makes one in an empty database.</summary>
    public static string Sql(string nihdi) =>
        $"""
        {DemoWarehouse.Sql("localdwh.sql").Replace("TABLE local_dwhmessage_key_value (", "TABLE kv (", StringComparison.Ordinal)};
        CREATE TABLE patience (seconds float); INSERT INTO patience VALUES (0.5);
        CREATE VIEW local_dwhmessage_key_value AS
            SELECT id, msg_document_id, key, value || coalesce(pg_sleep((SELECT seconds FROM patience))::text, '') AS value FROM kv;
        INSERT INTO local_dwhmessage (document_id, data_collection_name, organization_nihdi, dcd_version, created_on)
            SELECT n, '{Support.Registrations.Collection}', '{nihdi}', '1', now() FROM generate_series(1, {Registrations}) n;
        INSERT INTO kv (msg_document_id, key, value) SELECT n, 'A', n FROM generate_series(1, {Registrations}) n;
        """;

    /// <summary>Waits until somebody reads them.</summary>
    public static async Task WaitForReaderAsync(string connection)
    {
        await using var owner = NpgsqlDataSource.Create(connection);
        await Eventually.Is(
            async () =>
            {
                await using var readers = owner.CreateCommand(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE 'COPY%'");
                return (long)(await readers.ExecuteScalarAsync())! > 0;
            },
            "the registrations are read");
    }

    /// <summary>From now on they take no time.</summary>
    public static async Task HurryAsync(string connection)
    {
        await using var owner = NpgsqlDataSource.Create(connection);
        await using var hurry = owner.CreateCommand("UPDATE patience SET seconds = 0");
        await hurry.ExecuteNonQueryAsync();
    }
}
