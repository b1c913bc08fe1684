namespace Ssp.Hosting.Settings;

/// <summary>Why one function cannot be run; the others can.</summary>
internal sealed class IndexingException(string message) : Exception(message);
