namespace Ssp.Jobs;

/// <summary>It cannot be done now but may be later: the queue tries again.</summary>
public sealed class NotYetException(string message) : Exception(message);
