using System.Diagnostics;
using System.Globalization;

namespace Ssp.Bench;

/// <summary>What one person notices in a stretch of time, in milliseconds.</summary>
/// <param name="Refused">How many of the calls were answered with 429 or 503.</param>
public sealed record LoadFigures(double PagesP95, double SignInMax, double JobStartMax, int Pages, int Refused)
{
    private static readonly TimeSpan BetweenPages = TimeSpan.FromMilliseconds(100);

    public static async Task<LoadFigures> TakeAsync(LoadCaller caller, TimeSpan time, CancellationToken cancel)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        over.CancelAfter(time);
        var pages = RepeatAsync(BetweenPages, caller.PageAsync, over.Token);
        var signIns = RepeatAsync(TimeSpan.FromSeconds(2), caller.SignInAgainAsync, over.Token);
        var jobs = RepeatAsync(TimeSpan.FromSeconds(1), caller.JobStartAsync, over.Token);
        await Task.WhenAll(pages, signIns, jobs);
        var all = await pages;
        return new LoadFigures(
            all.Order().ElementAt((int)(all.Count * 0.95)), (await signIns).Max(), (await jobs).Max(), all.Count, caller.TakeRefused());
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Pages} pages p95 {PagesP95:0} ms, sign-in at most {SignInMax:0} ms, job begins after at most {JobStartMax:0} ms, {Refused} refused");

    // At least once, however long it takes.
    private static async Task<List<double>> RepeatAsync(TimeSpan between, Func<Task<double>> call, CancellationToken over)
    {
        var times = new List<double>();
        do
        {
            times.Add(await call());
            await Task.Delay(between, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        while (!over.IsCancellationRequested);
        return times;
    }

    /// <summary>Milliseconds of a call.</summary>
    public static async Task<double> TimeAsync(Func<Task> call)
    {
        var begin = Stopwatch.GetTimestamp();
        await call();
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }
}
