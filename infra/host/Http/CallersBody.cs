using Microsoft.AspNetCore.Http;

namespace Ssp.Hosting.Http;

/// <summary>
/// The body of a request as its caller sends it, which remembers why it could not be read: what the forwarder reports depends on which side noticed first.
/// </summary>
internal sealed class CallersBody(Stream inner) : Stream
{
    /// <summary>The status for the caller's mistake, such as chunks that are none or more bytes than the host takes; null when there was none.</summary>
    public int? Refused { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException error)
        {
            Refused = (error as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest;
            throw;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }
}
