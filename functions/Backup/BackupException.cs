namespace Ssp.Backup;

/// <summary>A backup cannot be made, read or restored; the message says why to the person at the console.</summary>
public sealed class BackupException(string message) : Exception(message);
