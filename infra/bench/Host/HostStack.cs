using Npgsql;
using Ssp.Dev;
using Ssp.Dev.Demo;

namespace Ssp.Bench;

/// <summary>The storage and the databases that both portals use: the demo's, and one collection that makes a large file.</summary>
public sealed record HostStack(Azurite Azurite, Postgres Postgres)
{
    public const string Password = "bench";

    public const string Collection = "BCFR_Main_registration";

    /// <summary>The version with the demo's few registrations.</summary>
    public const string SmallVersion = "2";

    /// <summary>The version whose file has 60 MB: 6,000 registrations of ten fields of a thousand signs.</summary>
    public const string LargeVersion = "60";

    private const string OneEachMinute = "timestamptz '2025-01-01' + i * interval '1 minute'";

    private static readonly string LargeRegistrations =
        $"""
        INSERT INTO local_dwhmessage (document_id, data_collection_name, organization_nihdi, organization_name, project, dcd_version, created_on, status)
        SELECT 'large-' || i, '{Collection}', $1, $2, 'BCFR', '{LargeVersion}', {OneEachMinute}, 'SUBMITTED' FROM generate_series(1, 6000) i
        """;

    private const string LargeValues =
        """
        INSERT INTO local_dwhmessage_key_value (msg_document_id, key, value)
        SELECT 'large-' || i, 'TX_FIELD_' || f, left(repeat(md5(i || '-' || f), 32), 1000) FROM generate_series(1, 6000) i, generate_series(1, 10) f
        """;

    /// <summary>The hospital of the one who does everything, see <see cref="HostSide.Person"/>.</summary>
    private static DemoHospital Hospital => DemoHospital.All[1];

    public string Reader(string database) => Postgres.ConnectionString(database, Postgres.ReaderName, Password);

    public async Task FillAsync(CancellationToken cancel)
    {
        await DemoWarehouse.CreateIfMissingAsync(Postgres, Password, 120, cancel);
        await using var localdwh = NpgsqlDataSource.Create(Postgres.ConnectionString(DemoWarehouse.Localdwh));
        await using var registrations = localdwh.CreateCommand(LargeRegistrations);
        registrations.Parameters.Add(new NpgsqlParameter { Value = Hospital.Nihdi });
        registrations.Parameters.Add(new NpgsqlParameter { Value = Hospital.Name });
        await registrations.ExecuteNonQueryAsync(cancel);
        await using var values = localdwh.CreateCommand(LargeValues);
        values.CommandTimeout = 0;
        await values.ExecuteNonQueryAsync(cancel);
        // Else the server would do it by itself, in the middle of a round.
        await using var settle = localdwh.CreateCommand("VACUUM ANALYZE");
        await settle.ExecuteNonQueryAsync(cancel);
    }
}
