using System.Buffers.Binary;
using Npgsql;

namespace Ssp.Hd4dp;

/// <summary>What links a message to a registration. The texts are UTF-8 and are overwritten by the next.</summary>
/// <param name="Identification">What the sending hospital calls itself; as a rule its NIHDI number.</param>
/// <param name="CreatedOn">Microseconds since 2000 in UTC; the smallest number where it is not known.</param>
public readonly record struct MessageLink(
    long Id, ReadOnlyMemory<byte> MessageId, ReadOnlyMemory<byte> Identification, ReadOnlyMemory<byte> CurrentCode, ReadOnlyMemory<byte> PreviousCode, long CreatedOn);

/// <summary>A message to the insurers.</summary>
/// <param name="MessageId">Its identifier, as a rule a UUID.</param>
/// <param name="Valid">What HD4DP's own check said; null: nothing.</param>
/// <param name="InterfaceType">REST: HD4DP sends; FILE_SYSTEM: the hospital sends.</param>
/// <param name="CreatedOn">In UTC.</param>
/// <param name="Validation">What the check of the content found; may be long.</param>
/// <param name="TackReference">The reference of NIPPIN's technical acknowledgement.</param>
/// <param name="TackMajor">Whether NIPPIN acknowledged: urn:nip:tack:result:major:success or …:failure.</param>
public sealed record NippinMessage(
    long Id, string? MessageId, bool? Valid, string? InterfaceType, string? Status, DateTime? CreatedOn, string? Validation, string? TackReference, string? TackMajor);

/// <summary>
/// Reads messages: the links of all of them in one stream, whole ones by number. A message is a few hundred bytes as a rule, but what the check
/// found of an invalid one can be its whole content, so long ones come one at a time.
/// </summary>
public sealed class MessageReader(ReadTransaction transaction, NippinNames names, WarehouseSchema schema) : IAsyncDisposable
{
    /// <summary>A longer validation is fetched by <see cref="ValidationAsync"/> when it is written, and never held with others.</summary>
    private const int LongBytes = 2_000;

    private const int LinkColumns = 6;

    /// <summary>Reads the links of all messages, in no order.</summary>
    /// <exception cref="WarehouseException">The connection broke, or the server stopped the query.</exception>
    public async Task LinksAsync(Action<MessageLink> take, CancellationToken cancel)
    {
        await using var copy = transaction.Copy(
            $"""
            COPY (
                SELECT {names.Id.Sql}::int8, {names.MessageId.Text}, {names.IdentificationValue.Text}, {names.CurrentCode.Text}, {names.PreviousCode.Text}, {CreatedOn}
                FROM {WarehouseColumn.Quote(names.MessageTable)}
            ) TO STDOUT (FORMAT binary)
            """,
            LinkColumns);
        while (await copy.NextAsync(cancel) is { } row)
        {
            take(new MessageLink(
                BinaryPrimitives.ReadInt64BigEndian(row[0]!.Value.Span), row[1].GetValueOrDefault(), row[2].GetValueOrDefault(), row[3].GetValueOrDefault(),
                row[4].GetValueOrDefault(), row[5] is { } created ? BinaryPrimitives.ReadInt64BigEndian(created.Span) : long.MinValue));
        }
    }

    /// <summary>The messages with these numbers. Of one whose validation is long, it is missing and <paramref name="isLong"/> is told its number.</summary>
    public async Task<Dictionary<long, NippinMessage>> FindAsync(long[] ids, Action<long> isLong, CancellationToken cancel)
    {
        var found = new Dictionary<long, NippinMessage>(ids.Length);
        try
        {
            await using var command = transaction.Command(
                $"""
                SELECT {names.Id.Sql}::int8, {names.MessageId.Text}, {(names.Valid.Actual is null ? "NULL" : names.Valid.Sql)}::boolean, {names.InterfaceType.Text}, {names.Status.Text},
                    {CreatedOn}, CASE WHEN octet_length({names.Validation.Text}) <= {LongBytes} THEN {names.Validation.Text} END,
                    coalesce(octet_length({names.Validation.Text}) > {LongBytes}, false), {names.TackReference.Text}, {names.TackMajor.Text}
                FROM {WarehouseColumn.Quote(names.MessageTable)} WHERE {names.Id.Sql} = ANY ($1)
                """,
                ids);
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                T? Of<T>(int column) => reader.IsDBNull(column) ? default : reader.GetFieldValue<T>(column);
                var message = new NippinMessage(
                    reader.GetInt64(0), Of<string>(1), Of<bool?>(2), Of<string>(3), Of<string>(4), Of<DateTime?>(5), Of<string>(6), Of<string>(8), Of<string>(9));
                found[message.Id] = message;
                if (reader.GetBoolean(7))
                {
                    isLong(message.Id);
                }
            }

            return found;
        }
        catch (NpgsqlException error)
        {
            throw transaction.Fault(error);
        }
    }

    /// <summary>A long validation.</summary>
    public async Task<string?> ValidationAsync(long id, CancellationToken cancel)
    {
        try
        {
            return await transaction.AskAsync(
                $"SELECT {names.Validation.Text} FROM {WarehouseColumn.Quote(names.MessageTable)} WHERE {names.Id.Sql} = $1", cancel, id) as string;
        }
        catch (NpgsqlException error)
        {
            throw transaction.Fault(error);
        }
    }

    public ValueTask DisposeAsync() => transaction.DisposeAsync();

    // A time without a zone is UTC: the public sample prints it so.
    private string CreatedOn => names.CreatedOn.Actual is null
        ? "NULL::timestamptz"
        : names.CreatedOn.Sql + (schema.TypeOf(names.CreatedOn) switch { "timestamptz" => "", "timestamp" => " AT TIME ZONE 'UTC'", _ => "::timestamptz" });
}
