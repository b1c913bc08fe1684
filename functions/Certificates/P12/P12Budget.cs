namespace Ssp.Certificates.P12;

/// <summary>
/// What reading one file may still cost. It counts units of work instead of time, so that a file is refused on every machine or on none: see
/// <see cref="P12Limits.MaxWork"/>.
/// </summary>
/// <param name="allowance">The rounds that may be done this time; a file that needs more is read another time.</param>
internal sealed class P12Budget(long allowance)
{
    /// <summary>The rounds that are known to be needed, with one form of the password each.</summary>
    public long Promised { get; private set; }

    /// <summary>The rounds that were done.</summary>
    public long Derived { get; private set; }

    /// <summary>All that is not rounds.</summary>
    public long Handled { get; private set; }

    /// <summary>Takes note of a derivation that will be needed, before any is done.</summary>
    /// <exception cref="P12Fault">P07.</exception>
    /// <exception cref="P12AllowanceException"/>
    public void Promise(long work)
    {
        Promised += work;
        Require(work <= P12Limits.MaxWorkAtOnce && Promised <= P12Limits.MaxWork, "rounds");
        RequireAllowed(Promised);
    }

    /// <summary>A derivation that is about to be done: with a second form of the password it costs as much again.</summary>
    /// <exception cref="P12Fault">P07.</exception>
    /// <exception cref="P12AllowanceException"/>
    public void Derive(long work)
    {
        Require(Derived + work <= P12Limits.MaxWork, "rounds");
        RequireAllowed(Derived + work);
        Derived += work;
    }

    /// <summary>Anything else that is about to be done.</summary>
    /// <exception cref="P12Fault">P07.</exception>
    public void Handle(long work)
    {
        Require(Handled + work <= P12Limits.MaxHandling, "handling");
        Handled += work;
    }

    private void RequireAllowed(long work)
    {
        if (work > allowance)
        {
            throw new P12AllowanceException();
        }
    }

    private static void Require(bool isWithin, string variant)
    {
        if (!isWithin)
        {
            throw variant == "rounds" ? P12Fault.Of("P07", variant, $"{P12Limits.MaxRounds}") : P12Fault.Of("P07", variant);
        }
    }
}

/// <summary>A file needs more rounds than it may take this time. That says nothing of the file.</summary>
internal sealed class P12AllowanceException : Exception;
