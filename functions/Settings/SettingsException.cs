namespace Ssp.Settings;

/// <summary>The portal cannot start with these settings; the message says what to mend.</summary>
public sealed class SettingsException(string message) : Exception(message);
