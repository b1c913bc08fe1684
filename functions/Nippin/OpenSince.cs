using System.Buffers.Binary;

namespace Ssp.Nippin;

/// <summary>
/// What a night's file remembers of each row for the next night, in the order of the rows: which registration it was, and, where it was not valid,
/// since which night and with what result. The report itself has no place for it.
/// </summary>
public static class OpenSince
{
    public const int Bytes = 12;

    private const int HashBytes = 8;
    private static readonly DateOnly Zero = new(2000, 1, 1);

    /// <param name="document">The hash of the registration's document id.</param>
    /// <param name="since">The first night of those in a row on which it was not valid; null: it is valid.</param>
    public static void Write(Span<byte> row, ulong document, DateOnly? since, NippinResult result)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(row, document);
        BinaryPrimitives.WriteInt32LittleEndian(row[HashBytes..], since is { } night ? Pack(night, result) : 0);
    }

    public static ulong DocumentOf(ReadOnlySpan<byte> row) => BinaryPrimitives.ReadUInt64LittleEndian(row);

    /// <summary>The state of a row in one number, 0 when it is valid.</summary>
    public static int StateOf(ReadOnlySpan<byte> row) => BinaryPrimitives.ReadInt32LittleEndian(row[HashBytes..]);

    /// <summary>What a number that is not 0 says.</summary>
    public static (DateOnly Since, NippinResult Result) Unpack(int state) => (Zero.AddDays(state & 0xFFFFFF), (NippinResult)(state >> 24));

    private static int Pack(DateOnly since, NippinResult result) => (since.DayNumber - Zero.DayNumber) | ((int)result << 24);
}
