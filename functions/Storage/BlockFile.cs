using System.Security.Cryptography;
using System.Text;
using Azure.Storage.Blobs.Specialized;
using Microsoft.IO;

namespace Ssp.Storage;

/// <summary>
/// A file on its way into blob storage, a block at a time. Until <see cref="CommitAsync"/> nobody can see any of it, so what is half-written
/// leaves no file. One block is filled while the one before it is stored; memory does not grow with the file.
/// </summary>
/// <param name="blockBytes">How much is stored at a time; two blocks of it are held in memory.</param>
public sealed class BlockFile(BlockBlobClient blob, int blockBytes = BlockFile.DefaultBlockBytes) : IAsyncDisposable
{
    private const int DefaultBlockBytes = 4 * 1024 * 1024;

    // Pooled: a block of 4 MB lands on the large object heap, and what lies there is freed only by a full collection. The pool's small pieces are
    // used again for the next file.
    private static readonly RecyclableMemoryStreamManager Pieces =
        new(new RecyclableMemoryStreamManager.Options { MaximumSmallPoolFreeBytes = 4 * DefaultBlockBytes });

    // Part of every block's id: an earlier try may have left uncommitted blocks under the same blob name, and blocks of equal ids would be taken for ours.
    private readonly string run = Secrets.NewId()[..8];
    private readonly List<string> blocks = [];
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly SwitchingStream writing = new(Pieces.GetStream());
    private RecyclableMemoryStream? full;
    private Task storing = Task.CompletedTask;
    private long bytes;

    /// <summary>Where the content is written to.</summary>
    public Stream Buffer => writing;

    /// <summary>How many bytes were written so far.</summary>
    public long Length => bytes + writing.Target.Length;

    /// <summary>Stores what was written when it fills a block.</summary>
    public Task StoreFullBlockAsync(CancellationToken cancel) =>
        writing.Target.Length >= blockBytes ? StoreAsync(cancel) : Task.CompletedTask;

    /// <summary>Makes the file visible, whole.</summary>
    /// <returns>Its size in bytes and its SHA-256 in lower-case hex.</returns>
    public async Task<(long Bytes, string Sha256)> CommitAsync(CancellationToken cancel)
    {
        await StoreAsync(cancel);
        await storing;
        await blob.CommitBlockListAsync(blocks, cancellationToken: cancel);
        return (bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    public async ValueTask DisposeAsync()
    {
        // A block on its way still reads its pieces; whether it arrives matters no more.
        await storing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        full?.Dispose();
        writing.Target.Dispose();
        hash.Dispose();
    }

    private async Task StoreAsync(CancellationToken cancel)
    {
        await storing;
        if (writing.Target.Length == 0)
        {
            return;
        }

        full?.Dispose();
        (full, writing.Target) = (writing.Target, Pieces.GetStream());
        foreach (var piece in full.GetReadOnlySequence())
        {
            hash.AppendData(piece.Span);
        }

        bytes += full.Length;
        var id = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{run}{blocks.Count:D8}"));
        blocks.Add(id);
        full.Position = 0;
        storing = blob.StageBlockAsync(id, full, cancellationToken: cancel);
    }

    /// <summary>Hands every byte to the block that is filled at the moment.</summary>
    private sealed class SwitchingStream(RecyclableMemoryStream first) : WritingStream
    {
        public RecyclableMemoryStream Target { get; set; } = first;

        public override void Write(byte[] buffer, int offset, int count) => Target.Write(buffer, offset, count);

        public override void Write(ReadOnlySpan<byte> buffer) => Target.Write(buffer);
    }
}
