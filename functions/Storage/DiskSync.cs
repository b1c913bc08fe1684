using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Ssp.Storage;

/// <summary>Makes files outlive a power cut: their content, and their entry in the folder, which the sync of a content does not promise.</summary>
internal static class DiskSync
{
    // As .NET's own flush has it: a file system that knows no sync, such as some network shares, gets none.
    private const int InvalidArgument = 22;

    private const int ReadOnly = 0;

    /// <exception cref="IOException">The disk did not take it.</exception>
    public static void File(string path)
    {
        using var handle = System.IO.File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>New, renamed and deleted entries. .NET opens no folders, so the C library does; on Windows the content's sync is enough.</summary>
    /// <exception cref="IOException">The disk did not take them.</exception>
    public static void Entries(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var handle = Open(folder, ReadOnly);
        if (handle.IsInvalid || (Sync(handle) != 0 && Marshal.GetLastPInvokeError() != InvalidArgument))
        {
            var reason = new Win32Exception(Marshal.GetLastPInvokeError());
            throw new IOException($"{folder} could not be synced to its disk: {reason.Message}", reason);
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern SafeFileHandle Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Sync(SafeFileHandle handle);
}
