using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Ssp.Storage;

/// <summary>
/// Makes files outlive a power cut: their content, and their entry in the folder, which the sync of a content does not promise. Where a file system knows no
/// sync there is none. On Windows it does nothing: its journal keeps entries, and a file's content needs a handle that others do not share.
/// </summary>
internal static class DiskSync
{
    // Read only, and closed in programs that are started meanwhile (fcntl.h of Linux).
    private const int CloseOnExec = 0x80000;

    /// <exception cref="IOException">The disk did not take it.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static void File(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            using var handle = System.IO.File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.FlushToDisk(handle);
        }
    }

    /// <summary>New, renamed and deleted entries.</summary>
    /// <exception cref="IOException">The folder may not be read, or the disk did not take them.</exception>
    public static void Entries(string folder)
    {
        if (!OperatingSystem.IsWindows())
        {
            // .NET opens no folders.
            using var handle = Open(folder, OperatingSystem.IsLinux() ? CloseOnExec : 0);
            if (handle.IsInvalid)
            {
                var reason = new Win32Exception(Marshal.GetLastPInvokeError());
                throw new IOException($"{folder} could not be opened: {reason.Message}", reason);
            }

            RandomAccess.FlushToDisk(handle);
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern SafeFileHandle Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
}
