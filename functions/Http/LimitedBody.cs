using Microsoft.AspNetCore.Http;
using Ssp.Storage;

namespace Ssp.Http;

/// <summary>A request's body up to a limit: whoever reads beyond gets a refusal, so that nothing larger is ever taken in.</summary>
internal sealed class LimitedBody : ReadingStream
{
    private readonly Stream body;
    private readonly long max;
    private readonly Problem tooLarge;
    private long read;

    /// <exception cref="Problem"><paramref name="tooLarge"/>, at once, when the request says itself that it is larger.</exception>
    public LimitedBody(HttpRequest request, long max, Problem tooLarge)
    {
        (body, this.max, this.tooLarge) = (request.Body, max, tooLarge);
        if (request.ContentLength > max)
        {
            throw tooLarge;
        }
    }

    public override long Length => throw new NotSupportedException();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await ReadOnAsync(buffer, cancellationToken);
        read += count;
        return read <= max ? count : throw tooLarge;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    // Of a piece whose size is beyond all numbers the server says only that it cannot go on.
    private async ValueTask<int> ReadOnAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        try
        {
            return await body.ReadAsync(buffer, cancel);
        }
        catch (IOException error) when (error.GetType() == typeof(IOException))
        {
            throw new BadHttpRequestException(error.Message, error);
        }
    }
}
