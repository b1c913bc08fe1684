namespace Ssp.Audit.Forwarding;

/// <summary>Where events go: a syslog collector or a file.</summary>
public interface IReceiver
{
    /// <summary>Returns when the receiver has taken all of them; of those it did not take all of it may have some.</summary>
    /// <exception cref="IOException">It is away, or did not take all of them; the message says why.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    Task TakeAsync(IReadOnlyList<ForwardedEvent> events, CancellationToken cancel);
}
