namespace Ssp.Http;

/// <summary>Where the portal stands on its server; host.json has the same word as the prefix of all routes.</summary>
public static class Addresses
{
    public const string Portal = "/ssp";

    /// <summary>What stands before the path of every call.</summary>
    public const string Api = $"{Portal}/api";
}
