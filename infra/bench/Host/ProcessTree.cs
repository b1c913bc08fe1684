using System.Globalization;

namespace Ssp.Bench;

/// <summary>What a program and all it started use, out of /proc (Linux only).</summary>
public static class ProcessTree
{
    // What utime and stime are counted in, for programs on any Linux.
    private const double TicksPerSecond = 100;

    // Where they stand behind the program's name in brackets: state, parent, …, utime, stime, and the same of children that ended.
    private const int Parent = 1;
    private const int FirstTime = 11;
    private const int Times = 4;

    /// <summary>Processor time since it began, with that of children that have ended.</summary>
    public static TimeSpan Cpu(int program)
    {
        var stats = Stats();
        return TimeSpan.FromSeconds(
            Of(program, stats).Sum(id => stats[id].Skip(FirstTime).Take(Times).Sum(ticks => long.Parse(ticks, CultureInfo.InvariantCulture))) / TicksPerSecond);
    }

    /// <summary>Megabytes that lie in memory.</summary>
    public static double Resident(int program) =>
        Of(program, Stats()).Sum(id => File.ReadLines($"/proc/{id}/status").Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Sum(
            line => double.Parse(line.Split(':')[1].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture))) / 1024;

    private static List<int> Of(int program, Dictionary<int, string[]> stats)
    {
        var tree = new List<int> { program };
        for (var next = 0; next < tree.Count; next++)
        {
            var parent = tree[next].ToString(CultureInfo.InvariantCulture);
            tree.AddRange(stats.Where(one => one.Value[Parent] == parent).Select(one => one.Key));
        }

        return tree;
    }

    private static Dictionary<int, string[]> Stats()
    {
        var stats = new Dictionary<int, string[]>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            try
            {
                if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                {
                    stats[id] = File.ReadAllText(Path.Combine(folder, "stat")).Split(") ")[^1].Split(' ');
                }
            }
            catch (IOException)
            {
                // It has ended meanwhile; its time is its parent's now.
            }
        }

        return stats;
    }
}
