using Npgsql;
using NpgsqlTypes;

namespace Ssp.Dev.Demo;

/// <summary>HD4DP's two databases with generated content. Made once; a second start finds them as they are.</summary>
public static class DemoWarehouse
{
    public const string Localdwh = "localdwh";
    public const string Nippin = "nippin";

    private const int Seed = 20240108;

    /// <param name="perHospital">BCFR registrations of each hospital.</param>
    public static async Task CreateIfMissingAsync(Postgres postgres, string readerPassword, int perHospital, CancellationToken cancel)
    {
        if (await ExistsAsync(postgres, Nippin, cancel))
        {
            return;
        }

        var generated = new DemoRegistrations(Seed).All(perHospital).ToList();
        var messages = new DemoMessages(Seed);
        var numberOf = new Dictionary<string, (long Number, string MessageId)>();
        var sent = new List<DemoMessage>();
        foreach (var registration in generated)
        {
            if (messages.For(registration) is { } message)
            {
                sent.Add(message);
                numberOf[registration.DocumentId] = (sent.Count, message.MessageId);
            }
        }

        await CreateLocaldwhAsync(postgres, readerPassword, generated.Select(registration => WithMessage(registration, numberOf)), cancel);
        // Last, because it is what says that all is there: a start that was broken off begins anew.
        await CreateNippinAsync(postgres, sent, cancel);
    }

    /// <summary>Creates localdwh alone, with whatever registrations; one that is there already is replaced.</summary>
    public static async Task CreateLocaldwhAsync(
        Postgres postgres, string readerPassword, IEnumerable<DemoRegistration> registrations, CancellationToken cancel)
    {
        await using (var server = NpgsqlDataSource.Create(postgres.ConnectionString("postgres")))
        {
            await ExecuteAsync(server, $"DROP DATABASE IF EXISTS {Localdwh} WITH (FORCE)", cancel);
            await ExecuteAsync(server, $"CREATE DATABASE {Localdwh}", cancel);
            await ExecuteAsync(
                server,
                $"DO $$ BEGIN CREATE ROLE {Postgres.ReaderName} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$; "
                + $"ALTER ROLE {Postgres.ReaderName} PASSWORD '{readerPassword}'",
                cancel);
        }

        await using var localdwh = NpgsqlDataSource.Create(postgres.ConnectionString(Localdwh));
        await ExecuteAsync(localdwh, Sql("localdwh.sql"), cancel);
        await FillAsync(localdwh, registrations, cancel);
        await ExecuteAsync(localdwh, Sql("localdwh-indexes.sql"), cancel);
    }

    public static string Sql(string name)
    {
        using var reader = new StreamReader(typeof(DemoWarehouse).Assembly.GetManifestResourceStream($"Ssp.Demo.{name}")!);
        return reader.ReadToEnd();
    }

    private static DemoRegistration WithMessage(DemoRegistration registration, Dictionary<string, (long Number, string MessageId)> numberOf) =>
        registration with
        {
            NippinId = (registration.NippinId, numberOf.GetValueOrDefault(registration.DocumentId)) switch
            {
                ("number", { MessageId: not null } message) => $"{message.Number}",
                ("uuid", { MessageId: not null } message) => message.MessageId,
                _ => null,
            },
        };

    /// <summary>Creates nippin alone; its messages are numbered from 1 in their order.</summary>
    public static async Task CreateNippinAsync(Postgres postgres, IReadOnlyList<DemoMessage> messages, CancellationToken cancel)
    {
        await using (var server = NpgsqlDataSource.Create(postgres.ConnectionString("postgres")))
        {
            await ExecuteAsync(server, $"DROP DATABASE IF EXISTS {Nippin}_new WITH (FORCE)", cancel);
            await ExecuteAsync(server, $"CREATE DATABASE {Nippin}_new", cancel);
        }

        await using (var nippin = NpgsqlDataSource.Create(postgres.ConnectionString($"{Nippin}_new")))
        {
            await ExecuteAsync(nippin, Sql("nippin.sql").Replace($"DATABASE {Nippin} ", $"DATABASE {Nippin}_new ", StringComparison.Ordinal), cancel);
            await using var connection = await nippin.OpenConnectionAsync(cancel);
            await using var copy = await connection.BeginBinaryImportAsync(
                """
                COPY nippin_message (message_id, identification_value, name, payload, payload_after_validation, valid, interface_type, status, created_on,
                    postresponse_tack_reference, postresponse_tack_result_major, previous_registrationcode, current_registrationcode) FROM STDIN (FORMAT binary)
                """,
                cancel);
            foreach (var message in messages)
            {
                await copy.StartRowAsync(cancel);
                await copy.WriteAsync(message.MessageId, cancel);
                await copy.WriteAsync(message.Nihdi, cancel);
                await copy.WriteAsync(message.Name, cancel);
                await copy.WriteAsync($"<message registration=\"{message.CurrentCode}\"/>", cancel);
                await copy.WriteAsync(message.Validation, cancel);
                await copy.WriteAsync(message.Valid, cancel);
                await copy.WriteAsync(message.InterfaceType, cancel);
                await copy.WriteAsync(message.Status, cancel);
                await copy.WriteAsync(message.CreatedOn, NpgsqlDbType.TimestampTz, cancel);
                await copy.WriteAsync(message.TackReference, cancel);
                await copy.WriteAsync(message.TackMajor, cancel);
                await copy.WriteAsync(message.PreviousCode, cancel);
                await copy.WriteAsync(message.CurrentCode, cancel);
            }

            await copy.CompleteAsync(cancel);
        }

        await using (var server = NpgsqlDataSource.Create(postgres.ConnectionString("postgres")))
        {
            NpgsqlConnection.ClearAllPools();
            await ExecuteAsync(server, $"ALTER DATABASE {Nippin}_new RENAME TO {Nippin}", cancel);
        }
    }

    // Three COPYs side by side, one for each table, so that any number of registrations streams through.
    private static async Task FillAsync(NpgsqlDataSource localdwh, IEnumerable<DemoRegistration> registrations, CancellationToken cancel)
    {
        await using var first = await localdwh.OpenConnectionAsync(cancel);
        await using var second = await localdwh.OpenConnectionAsync(cancel);
        await using var third = await localdwh.OpenConnectionAsync(cancel);
        await using var messages = await first.BeginBinaryImportAsync(
            """
            COPY local_dwhmessage (document_id, data_collection_name, organization_nihdi, organization_name, project, dcd_version, registration_code,
                nippin_id, created_on, status) FROM STDIN (FORMAT binary)
            """,
            cancel);
        await using var values = await second.BeginBinaryImportAsync(
            "COPY local_dwhmessage_key_value (id, msg_document_id, key, value) FROM STDIN (FORMAT binary)", cancel);
        await using var plus = await third.BeginBinaryImportAsync(
            "COPY local_dwhmessage_key_value_plus (key_value_id, attribute_type, attribute_value) FROM STDIN (FORMAT binary)", cancel);
        var valueId = 0L;
        foreach (var registration in registrations)
        {
            messages.StartRow();
            messages.Write(registration.DocumentId);
            messages.Write(registration.Collection);
            messages.Write(registration.Nihdi);
            messages.Write(registration.OrganizationName);
            messages.Write(registration.Project);
            messages.Write(registration.Version);
            messages.Write(registration.Code);
            messages.Write(registration.NippinId);
            messages.Write(registration.CreatedOn, NpgsqlDbType.TimestampTz);
            messages.Write(registration.Status);
            foreach (var value in registration.Values)
            {
                values.StartRow();
                values.Write(++valueId);
                values.Write(registration.DocumentId);
                values.Write(value.Key);
                values.Write(value.Text);
                foreach (var (type, text) in value.Plus)
                {
                    plus.StartRow();
                    plus.Write(valueId);
                    plus.Write(type);
                    plus.Write(text);
                }
            }
        }

        await messages.CompleteAsync(cancel);
        await values.CompleteAsync(cancel);
        await plus.CompleteAsync(cancel);
        await messages.DisposeAsync();
        await values.DisposeAsync();
        await plus.DisposeAsync();
        await ExecuteAsync(
            localdwh,
            "SELECT setval('local_dwhmessage_key_value_id_seq', greatest(1, (SELECT max(id) FROM local_dwhmessage_key_value)))",
            cancel);
    }

    private static async Task<bool> ExistsAsync(Postgres postgres, string database, CancellationToken cancel)
    {
        await using var server = NpgsqlDataSource.Create(postgres.ConnectionString("postgres"));
        await using var command = server.CreateCommand("SELECT count(*) FROM pg_database WHERE datname = $1");
        command.Parameters.Add(new NpgsqlParameter { Value = database });
        return (long)(await command.ExecuteScalarAsync(cancel))! > 0;
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql, CancellationToken cancel)
    {
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancel);
    }
}
