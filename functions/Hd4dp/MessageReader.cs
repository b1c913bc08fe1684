using System.Buffers.Binary;
using Npgsql;

namespace Ssp.Hd4dp;

/// <summary>What links a message to a registration. The texts are UTF-8 and are overwritten by the next.</summary>
/// <param name="Identification">What the sending hospital calls itself; as a rule its NIHDI number.</param>
/// <param name="CreatedOn">See <see cref="PostgresTime"/>; the smallest number where it is not known.</param>
public readonly record struct MessageLink(
    long Id, ReadOnlyMemory<byte> MessageId, ReadOnlyMemory<byte> Identification,
    ReadOnlyMemory<byte> CurrentCode, ReadOnlyMemory<byte> PreviousCode, long CreatedOn);

/// <summary>A message to the insurers. The texts are UTF-8; empty ones are as good as missing.</summary>
/// <param name="MessageId">Its identifier, as a rule a UUID.</param>
/// <param name="Valid">What HD4DP's own check said; null: nothing.</param>
/// <param name="InterfaceType">REST: HD4DP sends; FILE_SYSTEM: the hospital sends.</param>
/// <param name="CreatedOn">See <see cref="PostgresTime"/>.</param>
/// <param name="Validation">What the check of the content found; may be long.</param>
/// <param name="HasLongValidation">It is too long to be held with others: <see cref="MessageReader.ValidationAsync"/> has it.</param>
/// <param name="TackReference">The reference of NIPPIN's technical acknowledgement.</param>
/// <param name="TackMajor">Whether NIPPIN acknowledged: urn:nip:tack:result:major:success or …:failure.</param>
public readonly record struct NippinMessage(
    long Id, ReadOnlyMemory<byte> MessageId, bool? Valid, ReadOnlyMemory<byte> InterfaceType, ReadOnlyMemory<byte> Status, long? CreatedOn,
    ReadOnlyMemory<byte> Validation, bool HasLongValidation, ReadOnlyMemory<byte> TackReference, ReadOnlyMemory<byte> TackMajor);

/// <summary>
/// Reads messages: the links of all of them in one stream, whole ones by number. A message is a few hundred bytes as a rule, but what the check
/// found of an invalid one can be its whole content, so long ones come one at a time. What is read stays bytes: a million messages as strings
/// would be half a gigabyte of rubbish.
/// </summary>
public sealed class MessageReader(ReadTransaction transaction, NippinNames names, WarehouseSchema schema) : IAsyncDisposable
{
    private const int LongBytes = 2_000;
    private const int PieceBytes = 1024 * 1024;

    private readonly Dictionary<long, NippinMessage> found = [];
    // Used again for the next messages.
    private readonly List<byte[]> pieces = [new byte[PieceBytes]];
    private int piece;
    private int pieceEnd;

    /// <summary>Reads the links of all messages, in no order.</summary>
    /// <exception cref="WarehouseException">The connection broke, or the server stopped the query.</exception>
    public async Task LinksAsync(Action<MessageLink> take, CancellationToken cancel)
    {
        var codes = $"{names.CurrentCode.Text}, {names.PreviousCode.Text}";
        await using var copy = transaction.Copy(
            $"""
            COPY (
                SELECT {Number}, {names.MessageId.Text}, {names.IdentificationValue.Text}, {codes}, {CreatedOn}
                FROM {WarehouseColumn.Quote(names.MessageTable)} WHERE {names.Id.Sql} IS NOT NULL
            ) TO STDOUT (FORMAT binary)
            """,
            CopyColumn.Other, CopyColumn.Text(names.MessageId), CopyColumn.Text(names.IdentificationValue), CopyColumn.Text(names.CurrentCode),
            CopyColumn.Text(names.PreviousCode), CopyColumn.Other);
        while (await copy.NextAsync(cancel) is { } row)
        {
            take(new MessageLink(
                BinaryPrimitives.ReadInt64BigEndian(row[0]!.Value.Span), row[1].GetValueOrDefault(), row[2].GetValueOrDefault(), row[3].GetValueOrDefault(),
                row[4].GetValueOrDefault(), PostgresTime.Read(row[5]) ?? long.MinValue));
        }
    }

    /// <summary>The messages with these numbers; good until the next are asked for.</summary>
    /// <exception cref="WarehouseException">The connection broke, or the server stopped the query.</exception>
    public async Task<IReadOnlyDictionary<long, NippinMessage>> FindAsync(IEnumerable<long> ids, CancellationToken cancel)
    {
        found.Clear();
        (piece, pieceEnd) = (0, 0);
        // COPY takes no parameters, so the numbers travel as a setting of the transaction.
        await AskAsync("SELECT set_config('ssp.messages', $1, true)", $"{{{string.Join(',', ids)}}}", cancel);
        var validity = names.Valid.Actual is null ? "NULL::boolean" : schema.TruthOf(names.Valid);
        await using var copy = transaction.Copy(
            $"""
            COPY (
                SELECT {Number}, {names.MessageId.Text}, {validity}, {names.InterfaceType.Text}, {names.Status.Text},
                    {CreatedOn}, CASE WHEN octet_length({names.Validation.Text}) <= {LongBytes} THEN {names.Validation.Text} END,
                    coalesce(octet_length({names.Validation.Text}) > {LongBytes}, false), {names.TackReference.Text}, {names.TackMajor.Text}
                FROM {WarehouseColumn.Quote(names.MessageTable)} WHERE {IsOneOf("current_setting('ssp.messages')::bigint[]")}
            ) TO STDOUT (FORMAT binary)
            """,
            CopyColumn.Other, CopyColumn.Text(names.MessageId), CopyColumn.Other, CopyColumn.Text(names.InterfaceType), CopyColumn.Text(names.Status),
            CopyColumn.Other, CopyColumn.Text(names.Validation), CopyColumn.Other, CopyColumn.Text(names.TackReference), CopyColumn.Text(names.TackMajor));
        while (await copy.NextAsync(cancel) is { } row)
        {
            var id = BinaryPrimitives.ReadInt64BigEndian(row[0]!.Value.Span);
            found[id] = new NippinMessage(
                id, Keep(row[1]), row[2] is { } valid ? valid.Span[0] != 0 : null, Keep(row[3]), Keep(row[4]),
                PostgresTime.Read(row[5]), Keep(row[6]), row[7]!.Value.Span[0] != 0, Keep(row[8]), Keep(row[9]));
        }

        return found;
    }

    /// <summary>A long validation.</summary>
    public async Task<ReadOnlyMemory<byte>> ValidationAsync(long id, CancellationToken cancel)
    {
        var sql = $"SELECT textsend({names.Validation.Text}) FROM {WarehouseColumn.Quote(names.MessageTable)} WHERE {IsOneOf("ARRAY[$1]")}";
        return await AskAsync(sql, id, cancel) is byte[] text ? transaction.RawText?.ToUtf8(text, names.Validation) ?? text : default;
    }

    private async Task<object?> AskAsync(string sql, object value, CancellationToken cancel)
    {
        try
        {
            return await transaction.WaitAsync(transaction.AskAsync(sql, cancel, value));
        }
        catch (NpgsqlException error)
        {
            throw transaction.Fault(error);
        }
    }

    private ReadOnlyMemory<byte> Keep(ReadOnlyMemory<byte>? text)
    {
        if (text is not { Length: > 0 } bytes)
        {
            return default;
        }

        if (bytes.Length > PieceBytes)
        {
            return bytes.ToArray();
        }

        if (PieceBytes - pieceEnd < bytes.Length)
        {
            (piece, pieceEnd) = (piece + 1, 0);
            if (piece == pieces.Count)
            {
                pieces.Add(new byte[PieceBytes]);
            }
        }

        var place = pieces[piece].AsMemory(pieceEnd, bytes.Length);
        bytes.CopyTo(place);
        pieceEnd += bytes.Length;
        return place;
    }

    public ValueTask DisposeAsync() => transaction.DisposeAsync();

    private string Number => schema.NumberOf(names.Id, names.Id.Sql);

    // In the column's own type an index finds it.
    private string IsOneOf(string numbers) => schema.TypeOf(names.Id) switch
    {
        "int2" or "int4" or "int8" => $"{names.Id.Sql} = ANY ({numbers})",
        "numeric" => $"({names.Id.Sql} = ANY ({numbers}) OR ({names.Id.Sql} > 999999999999999999 AND {Number} = ANY ({numbers})))",
        _ => $"{Number} = ANY ({numbers})",
    };

    private string CreatedOn => names.CreatedOn.Actual is null ? "NULL::timestamptz" : schema.TimeOf(names.CreatedOn);
}
