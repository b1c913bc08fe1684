using System.Globalization;

namespace Ssp.Hosting.Http;

/// <summary>
/// How many callers may be connected at once, so that they never take the file handles the host needs itself: .NET aborts the process
/// where it cannot open a file that it must.
/// </summary>
internal static class ConnectionLimit
{
    // A host with work for all its queues was seen with 390; 340 of them are .NET's, one for each library.
    private const long OwnHandles = 400;

    // A request may hold both ends of a connection to the worker, one to storage and one to a database besides its own.
    private const long HandlesOfACaller = 5;

    private const long Least = 10;

    /// <summary>The limit of this process, at all its addresses together; null where the system sets none, or does not say (it does on Linux).</summary>
    public static long? OfThisProcess() => File.Exists("/proc/self/limits") ? Of(File.ReadLines("/proc/self/limits")) : null;

    /// <param name="limits">The lines of proc(5)'s limits; .NET raises the soft limit, which is the first figure, to the hard one when it starts.</param>
    public static long? Of(IEnumerable<string> limits)
    {
        const string name = "Max open files";
        var line = limits.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        var soft = line?[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var handles)
            ? Math.Max(Least, (handles - OwnHandles) / HandlesOfACaller)
            : null;
    }
}
