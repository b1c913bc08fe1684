namespace Ssp.Accounts;

/// <summary>How long to wait after a number of failures in a row. Pure, so that it can be read and tested at a glance.</summary>
public static class BackOff
{
    /// <summary>Guessing from one place at one account: five tries, then a wait that doubles from a second to a quarter of an hour.</summary>
    public static TimeSpan SamePlace(int failures) => Doubling(failures, free: 5, TimeSpan.FromMinutes(15));

    /// <summary>
    /// Where the address is not known, behind a proxy that is not trusted or on a host that hides it, everybody seems to be in one place:
    /// the wait stays at half a minute, or one stranger could keep everybody out.
    /// </summary>
    public static TimeSpan UnknownPlace(int failures) => Doubling(failures, free: 5, TimeSpan.FromSeconds(30));

    /// <summary>Guessing from many places at one account: twenty tries, then a wait that doubles from a second to five minutes.</summary>
    public static TimeSpan AllPlaces(int failures) => Doubling(failures, free: 20, TimeSpan.FromMinutes(5));

    private static TimeSpan Doubling(int failures, int free, TimeSpan max) =>
        failures < free ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(max.TotalSeconds, Math.Pow(2, failures - free)));
}
