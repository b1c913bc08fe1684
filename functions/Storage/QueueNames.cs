namespace Ssp.Storage;

/// <summary>
/// The names of the queues. A host reads them from the triggers, <see cref="PortalStorage"/> makes them; both put the setting StoragePrefix before.
/// </summary>
public static class QueueNames
{
    public const string Certificates = "certificates";

    /// <summary>Certificates whose files take long to open.</summary>
    public const string CostlyCertificates = "certificates-costly";
    public const string Exports = "exports";
    public const string Nippin = "nippin";

    /// <summary>After the name of a queue: where hosts put a message whose last try failed.</summary>
    public const string Poison = "-poison";

    /// <summary>Before the name of a queue in a trigger.</summary>
    public const string OfTrigger = "%StoragePrefix%-";
}
