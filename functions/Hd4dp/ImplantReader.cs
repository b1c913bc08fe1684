using System.Buffers.Binary;

namespace Ssp.Hd4dp;

/// <summary>A registration of an implant as localdwh has it. The texts are UTF-8 and are overwritten by the next.</summary>
/// <param name="DocumentId">Empty where it has none.</param>
/// <param name="CreatedOn">See <see cref="PostgresTime"/>.</param>
/// <param name="ImplantDate">Days since 2000; null where the registration has no implant date.</param>
/// <param name="Day">Days since 2000: the implant date, else the Belgian calendar day of its creation.</param>
public readonly record struct ImplantRegistration(
    long Id, ReadOnlyMemory<byte> DocumentId, ReadOnlyMemory<byte> Code, ReadOnlyMemory<byte> NippinId, long? CreatedOn, int? ImplantDate, int Day);

/// <summary>Reads the registrations of a reimbursed collection one by one, the newest implant first, all as of one moment.</summary>
public sealed class ImplantReader(ReadTransaction transaction, WarehouseNames names, string sql) : IAsyncDisposable
{
    private readonly CopyQuery copy = transaction.Copy(
        sql, CopyColumn.Other, CopyColumn.Text(names.DocumentId), CopyColumn.Text(names.RegistrationCode), CopyColumn.Text(names.NippinId),
        CopyColumn.Other, CopyColumn.Other, CopyColumn.Other);

    /// <summary>How many of the registrations read so far have no document id: nothing tells which values are theirs, so they have no implant date.</summary>
    public long WithoutDocument { get; private set; }

    /// <summary>How many of the registrations read so far have no date of creation, or none that can be one.</summary>
    public long WithoutDate { get; private set; }

    /// <summary>The next registration, or null after the last.</summary>
    /// <exception cref="WarehouseException">The connection broke, or the server stopped the query.</exception>
    public async ValueTask<ImplantRegistration?> NextAsync(CancellationToken cancel)
    {
        if (await copy.NextAsync(cancel) is not { } row)
        {
            return null;
        }

        var created = PostgresTime.Read(row[4]);
        WithoutDocument += row[1] is null ? 1 : 0;
        WithoutDate += created is null ? 1 : 0;
        return new ImplantRegistration(
            BinaryPrimitives.ReadInt64BigEndian(row[0]!.Value.Span), row[1].GetValueOrDefault(), row[2].GetValueOrDefault(), row[3].GetValueOrDefault(),
            created,
            row[5] is { } implant ? BinaryPrimitives.ReadInt32BigEndian(implant.Span) : null,
            BinaryPrimitives.ReadInt32BigEndian(row[6]!.Value.Span));
    }

    public async ValueTask DisposeAsync()
    {
        await copy.DisposeAsync();
        await transaction.DisposeAsync();
    }
}
