using Ssp.Dev;

namespace Ssp.Tests.Chaos;

/// <summary>A small disk that can be filled to its last byte or file: a tmpfs that only programs started with <see cref="Inside"/> see.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private readonly ChildProcess holder;
    private readonly string folder;
    private readonly int pid;

    private SmallDisk(ChildProcess holder, string folder) => (this.holder, this.folder, pid) = (holder, folder, holder.ProgramId);

    /// <summary>What stands before a command that is to see the disk.</summary>
    public IReadOnlyList<string> Inside => ["nsenter", "--target", $"{pid}", "--user", "--mount", "--preserve-credentials", "--"];

    /// <summary>Mounts it over an empty folder.</summary>
    /// <param name="options">How large it is, as mount has it: size=64m,nr_inodes=60.</param>
    /// <returns>Null where this account may not make namespaces of its own.</returns>
    public static async Task<SmallDisk?> TryMountAsync(string folder, string options)
    {
        var isMounted = new TaskCompletionSource();
        var holder = ChildProcess.Start(
            "KILL",
            [
                "unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
                $"mount -t tmpfs -o {options} tmpfs \"$1\" && echo mounted && exec sleep infinity", "sh", folder,
            ],
            folder,
            onLine: line =>
            {
                if (line == "mounted")
                {
                    isMounted.TrySetResult();
                }
            });
        if (await Task.WhenAny(isMounted.Task, holder.WaitForExitAsync()) == isMounted.Task)
        {
            return new SmallDisk(holder, folder);
        }

        await holder.DisposeAsync();
        return null;
    }

    /// <summary>The path of something on the disk for programs that do not see it.</summary>
    public string FromOutside(string path) => $"/proc/{pid}/root{path}";

    /// <summary>Takes all space there is.</summary>
    public void Fill()
    {
        var bytes = new byte[64 * 1024];
        try
        {
            using var filler = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
            while (true)
            {
                filler.Write(bytes);
            }
        }
        catch (IOException)
        {
            // No byte is left.
        }
    }

    /// <summary>Takes all files there may be.</summary>
    public void FillWithFiles()
    {
        try
        {
            for (var number = 0; ; number++)
            {
                File.WriteAllBytes($"{Filler}{number}", []);
            }
        }
        catch (IOException)
        {
            // No file is left.
        }
    }

    /// <summary>Gives the space and the files back.</summary>
    public void Free()
    {
        foreach (var filler in Directory.EnumerateFiles(FromOutside(folder), "filler*"))
        {
            File.Delete(filler);
        }
    }

    /// <summary>Makes it read only (ro) or not (rw); nobody may be writing to it.</summary>
    public Task RemountAsync(string mode) => ChildProcess.RunAsync([.. Inside, "mount", "-o", $"remount,{mode}", folder], "/");

    public ValueTask DisposeAsync() => holder.DisposeAsync();

    private string Filler => FromOutside(Path.Combine(folder, "filler"));
}
