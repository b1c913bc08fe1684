using System.Globalization;

namespace Ssp.Bench;

/// <summary>What was measured on both sides, one value a round, and the table of it.</summary>
public sealed class HostFigures
{
    public const string Old = "old";
    public const string New = "new";

    private readonly List<(string What, string Aim)> rows = [];
    private readonly Dictionary<(string Side, string What), List<double>> values = [];

    /// <param name="aim">What the new one should reach; where it begins with "new", the value itself, else the ratio new/old.</param>
    public void Add(string side, string what, double value, string aim = "")
    {
        if (!rows.Contains((what, aim)))
        {
            rows.Add((what, aim));
        }

        if (!values.TryGetValue((side, what), out var measured))
        {
            values[(side, what)] = measured = [];
        }

        measured.Add(value);
        Console.WriteLine($"  {side} {measured.Count}: {what} {Text(value)}");
    }

    /// <summary>Medians, and the median of each round's ratio.</summary>
    public void Print()
    {
        Console.WriteLine($"{"",-56} {Old,9} {New,9} {"new/old",9}  aim");
        foreach (var (what, aim) in rows)
        {
            var (old, fresh) = (values.GetValueOrDefault((Old, what), []), values.GetValueOrDefault((New, what), []));
            Console.WriteLine($"{what,-56} {Text(Median(old)),9} {Text(Median(fresh)),9} {Text(Median(old.Zip(fresh, (one, other) => other / one))),9}  {aim}");
        }
    }

    /// <returns>NaN of nothing.</returns>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }

    /// <param name="share">Of the values, that are no larger than the one asked for.</param>
    public static double At(double share, IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
    }

    private static string Text(double value) => double.IsNaN(value) ? "" : value.ToString(value >= 100 ? "N0" : "F2", CultureInfo.InvariantCulture);
}
