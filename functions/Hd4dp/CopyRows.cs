using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Ssp.Hd4dp;

/// <summary>
/// Rows of a binary COPY, as bytes: tens of millions of values pass through here, and turning each into a string and back costs more than
/// all the rest of an export. The format is PostgreSQL's own (manual, COPY, "Binary Format"): big-endian lengths, -1 for null.
/// </summary>
public sealed class CopyRows(Stream copy, int columns) : IAsyncDisposable
{
    private const int HeaderBytes = 19;

    private readonly ReadOnlyMemory<byte>?[] row = new ReadOnlyMemory<byte>?[columns];
    private readonly int[] starts = new int[columns];
    private readonly int[] lengths = new int[columns];
    // Lent: a validation makes hundreds of small copies, and a buffer of this size is not freed before everything else is.
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(256 * 1024);
    private int begin;
    private int end;
    private bool begun;

    /// <summary>The next row, or null after the last. Its bytes are overwritten by the one after it.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?[]?> NextAsync()
    {
        if (!begun)
        {
            // Signature, flags, and the length of an extension that is always empty.
            await HaveAsync(HeaderBytes);
            begin += HeaderBytes;
            begun = true;
        }

        await HaveAsync(sizeof(short));
        if (BinaryPrimitives.ReadInt16BigEndian(buffer.AsSpan(begin)) == -1)
        {
            return null;
        }

        var at = sizeof(short);
        for (var column = 0; column < columns; column++)
        {
            await HaveAsync(at + sizeof(int));
            lengths[column] = BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(begin + at));
            starts[column] = at + sizeof(int);
            at += sizeof(int) + Math.Max(0, lengths[column]);
        }

        await HaveAsync(at);
        for (var column = 0; column < columns; column++)
        {
            // Without its type, null would become an empty memory.
            row[column] = lengths[column] < 0 ? (ReadOnlyMemory<byte>?)null : buffer.AsMemory(begin + starts[column], lengths[column]);
        }

        begin += at;
        return row;
    }

    public async ValueTask DisposeAsync()
    {
        Return(ref buffer, []);
        await copy.DisposeAsync();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ValueTask HaveAsync(int bytes) => end - begin >= bytes ? ValueTask.CompletedTask : FillAsync(bytes);

    private async ValueTask FillAsync(int bytes)
    {
        if (buffer.Length - begin < bytes)
        {
            var target = buffer.Length < bytes ? ArrayPool<byte>.Shared.Rent(Math.Max(bytes, 2 * buffer.Length)) : buffer;
            buffer.AsSpan(begin, end - begin).CopyTo(target);
            (end, begin) = (end - begin, 0);
            if (target != buffer)
            {
                Return(ref buffer, target);
            }
        }

        while (end - begin < bytes)
        {
            var read = await copy.ReadAsync(buffer.AsMemory(end));
            if (read == 0)
            {
                throw new EndOfStreamException("The data ended in the middle of a row.");
            }

            end += read;
        }
    }

    // The next to borrow it may be anybody; it held patients' data.
    private static void Return(ref byte[] buffer, byte[] next)
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }

        buffer = next;
    }
}

/// <summary>A one-dimensional array of text in PostgreSQL's binary form (array_send); read from front to back.</summary>
public readonly struct TextArray(ReadOnlyMemory<byte> bytes)
{
    // Dimensions, whether there are nulls, type of the elements; then size and lower bound of the one dimension.
    private const int HeaderBytes = 20;

    public int Count => bytes.Length < HeaderBytes ? 0 : BinaryPrimitives.ReadInt32BigEndian(bytes.Span[12..]);

    public int Bytes => bytes.Length;

    /// <summary>A copy that outlives the row.</summary>
    public TextArray Keep() => new(bytes.ToArray());

    public Reader Read() => new(bytes);

    /// <summary>A place in the array.</summary>
    public struct Reader(ReadOnlyMemory<byte> bytes)
    {
        private int at = HeaderBytes;

        /// <summary>The next element in UTF-8, or null.</summary>
        public ReadOnlyMemory<byte>? Next()
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes.Span[at..]);
            at += sizeof(int);
            if (length < 0)
            {
                return null;
            }

            var element = bytes.Slice(at, length);
            at += length;
            return element;
        }
    }
}
