namespace Ssp.Certificates.P12;

/// <summary>
/// What reading one file may still cost. It counts units of work instead of time, so that a file is refused on every machine or on none: see
/// <see cref="P12Limits.MaxWork"/>.
/// </summary>
internal sealed class P12Budget
{
    /// <summary>The rounds that are known to be needed, with one form of the password each.</summary>
    public long Promised { get; private set; }

    /// <summary>The rounds that were done.</summary>
    public long Derived { get; private set; }

    /// <summary>All that is not rounds.</summary>
    public long Handled { get; private set; }

    /// <summary>Takes note of a derivation that will be needed, before any is done.</summary>
    /// <exception cref="P12Fault">P07.</exception>
    public void Promise(long work)
    {
        Promised += work;
        Require(work <= P12Limits.MaxWorkAtOnce && Promised <= P12Limits.MaxWork, "rounds");
    }

    /// <summary>A derivation that is about to be done: with a second form of the password it costs as much again.</summary>
    /// <exception cref="P12Fault">P07.</exception>
    public void Derive(long work)
    {
        Require(Derived + work <= P12Limits.MaxWork, "rounds");
        Derived += work;
    }

    /// <summary>Anything else that is about to be done.</summary>
    /// <exception cref="P12Fault">P07.</exception>
    public void Handle(long work)
    {
        Require(Handled + work <= P12Limits.MaxHandling, "handling");
        Handled += work;
    }

    private static void Require(bool isWithin, string variant)
    {
        if (!isWithin)
        {
            throw variant == "rounds" ? P12Fault.Of("P07", variant, $"{P12Limits.MaxRounds}") : P12Fault.Of("P07", variant);
        }
    }
}
