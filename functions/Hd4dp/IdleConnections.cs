namespace Ssp.Hd4dp;

/// <summary>
/// The idle connections of all of HD4DP's databases. PostgreSQL counts the connections of an account together, whatever database they lead to: where it
/// refuses another one, those that only wait for the next look-up are closed.
/// </summary>
public sealed class IdleConnections
{
    private event Action? Closing;

    /// <param name="close">Closes the idle connections of one database.</param>
    public void Add(Action close) => Closing += close;

    public void Close() => Closing?.Invoke();
}
