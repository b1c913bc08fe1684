using Ssp.Storage;

namespace Ssp.Audit.Forwarding;

/// <summary>
/// A file of lines. It is opened anew each time, so that it may be renamed away in between, and nobody else of the portal's writes meanwhile. What it has taken
/// is on the disk.
/// </summary>
internal sealed class FileReceiver(string path) : IReceiver
{
    private const byte LineEnd = (byte)'\n';

    public Task TakeAsync(IReadOnlyList<ForwardedEvent> events, CancellationToken cancel)
    {
        var isNew = !File.Exists(path);
        using (var file = Open())
        {
            var before = file.Length;
            // After half a line of a portal that was killed its event comes again, in a line of its own.
            IEnumerable<byte> lineEnd = EndsWithLine(file) ? [] : [LineEnd];
            try
            {
                file.Write([.. lineEnd, .. events.SelectMany(one => one.ToLine().Append(LineEnd))]);
                file.Flush(flushToDisk: true);
            }
            catch (IOException)
            {
                // A full disk: what came through would stand there once more with every try.
                file.SetLength(before);
                throw;
            }
        }

        if (isNew)
        {
            DiskSync.Entries(Path.GetDirectoryName(path)!);
        }

        return Task.CompletedTask;
    }

    private FileStream Open()
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    // Leaves the file at its end.
    private static bool EndsWithLine(FileStream file)
    {
        if (file.Length == 0)
        {
            return true;
        }

        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == LineEnd;
    }
}
