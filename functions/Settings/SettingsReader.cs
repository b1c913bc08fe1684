using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;

namespace Ssp.Settings;

/// <summary>
/// Reads settings and gathers what is wrong with them, so that one failed start tells of every fault. The names are the environment variables' names.
/// </summary>
public sealed class SettingsReader(IConfiguration configuration)
{
    private readonly List<string> faults = [];

    /// <summary>Notes a fault, as a whole sentence that names the setting.</summary>
    public void Refuse(string sentence) => faults.Add(sentence);

    /// <exception cref="SettingsException">Something was refused; the message tells all of it.</exception>
    public void RequireNoFaults()
    {
        if (faults.Count > 0)
        {
            throw new SettingsException(string.Join(" ", faults));
        }
    }

    /// <summary>The settings whose names begin with this word and two underscores (or a colon).</summary>
    public IConfigurationSection Section(string name) => configuration.GetSection(name);

    public string? Optional(string name) => configuration[name] is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    public string Required(string name, string meaning)
    {
        if (Optional(name) is { } value)
        {
            return value;
        }

        Refuse($"The setting {name} is missing: {meaning}.");
        return "missing";
    }

    public string RequiredPath(string name, string meaning)
    {
        RequireWhole(name);
        return Required(name, meaning);
    }

    public string? OptionalPath(string name)
    {
        RequireWhole(name);
        return Optional(name);
    }

    public Uri? Address(string name, string meaning)
    {
        if (Uri.TryCreate(Required(name, meaning), UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        {
            return address;
        }

        if (Optional(name) is not null)
        {
            Refuse($"The setting {name} is not a web address: {meaning}.");
        }

        return null;
    }

    /// <summary>One of some words.</summary>
    public string Choice(string name, string defaultValue, params string[] words)
    {
        var word = Optional(name) ?? defaultValue;
        if (words.Contains(word))
        {
            return word;
        }

        Refuse($"The setting {name} must be one of: {string.Join(", ", words)}.");
        return defaultValue;
    }

    /// <summary>The certificates in the file that the setting names; none when it names none.</summary>
    public IReadOnlyList<X509Certificate2> Certificates(string name)
    {
        if (OptionalPath(name) is not { } file)
        {
            return [];
        }

        try
        {
            var found = new X509Certificate2Collection();
            found.ImportFromPem(File.ReadAllText(file));
            if (found.Count > 0)
            {
                return [.. found];
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // Said below, as for a file without any.
        }

        Refuse($"The setting {name} names a file in which no certificates in PEM can be read: {file}.");
        return [];
    }

    // Hosts start the portal in folders of their own, some of which are emptied when it is installed anew.
    private void RequireWhole(string name)
    {
        if (Optional(name) is { } path && !Path.IsPathFullyQualified(path))
        {
            Refuse(
                $"The setting {name} must be a whole path, from the root on, for example /var/lib/ssp/keys; "
                + $"{path} is another place wherever the portal is started.");
        }
    }

    public int Number(string name, int defaultValue, int min, int max)
    {
        if (Optional(name) is not { } text)
        {
            return defaultValue;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
        {
            return number;
        }

        Refuse($"The setting {name} must be a whole number from {min} to {max}.");
        return defaultValue;
    }
}
