using System.Security.Cryptography;
using Ssp.Storage;

namespace Ssp.Backup;

/// <summary>
/// The content of an entry on its way into the archive, which must be as long as was said before. A source that breaks off is filled up with
/// zeros: the entry is then <see cref="IsBroken"/> and does not count. Hashed on the way.
/// </summary>
/// <param name="read">Reads on; 0 at the end.</param>
/// <param name="isGone">Whether an error means that the source is no more, or another than it was.</param>
internal sealed class PartStream(long length, Func<Memory<byte>, CancellationToken, ValueTask<int>> read, Func<Exception, bool> isGone) : ReadingStream
{
    private const int MaxBeginning = 32;

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] beginning = new byte[MaxBeginning];
    private long position;

    public bool IsBroken { get; private set; }

    /// <summary>The first bytes of the content.</summary>
    public ReadOnlySpan<byte> Beginning => beginning.AsSpan(0, (int)Math.Min(position, MaxBeginning));

    /// <summary>In lower-case hex; once.</summary>
    public string Sha256 => Convert.ToHexStringLower(hash.GetHashAndReset());

    // Or else the archive would not ask for the length.
    public override bool CanSeek => true;

    public override long Length => length;

    public override long Position
    {
        get => position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        buffer = buffer[..(int)Math.Min(buffer.Length, length - position)];
        if (buffer.IsEmpty)
        {
            return 0;
        }

        var count = IsBroken ? 0 : await TryReadAsync(buffer, cancellationToken);
        if (count == 0)
        {
            IsBroken = true;
            buffer.Span.Clear();
            count = buffer.Length;
        }

        var got = buffer.Span[..count];
        if (position < MaxBeginning)
        {
            got[..(int)Math.Min(count, MaxBeginning - position)].CopyTo(beginning.AsSpan((int)position));
        }

        hash.AppendData(got);
        position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> TryReadAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        try
        {
            return await read(buffer, cancel);
        }
        catch (Exception error) when (isGone(error))
        {
            return 0;
        }
    }
}
