using Ssp.Settings;

namespace Ssp.Http;

/// <summary>How callers reach the portal.</summary>
/// <param name="PublicUrl">The address people use; ends in /ssp.</param>
/// <param name="ClientAddressHeader">
/// The header in which the hospital's reverse proxy says who calls; null: none is believed. See <see cref="ClientAddress"/>.
/// </param>
public sealed record HttpSettings(Uri PublicUrl, string? ClientAddressHeader)
{
    public static HttpSettings Read(SettingsReader read)
    {
        var url = read.Address("PublicUrl", "the address people use, for example https://hd4dp.hospital.example/ssp");
        if (url is not null && url.AbsolutePath.TrimEnd('/') != Addresses.Portal)
        {
            read.Refuse($"The setting PublicUrl must end in {Addresses.Portal}.");
        }

        return new HttpSettings(url!, ReadAddressHeader(read));
    }

    private static string? ReadAddressHeader(SettingsReader read)
    {
        if (read.Optional("TrustedProxyHops") is { } hops && hops != "0")
        {
            read.Refuse(
                "The setting TrustedProxyHops is no longer there, because Functions hosts replace X-Forwarded-For: "
                + "let the reverse proxy set X-Real-IP, and name that header in the setting ClientAddressHeader.");
        }

        var header = read.Optional("ClientAddressHeader");
        if (header is not null && !header.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-'))
        {
            read.Refuse("The setting ClientAddressHeader must be the name of a header, for example X-Real-IP.");
        }

        if (header is not null
            && (header.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase) || header.Equals("Forwarded", StringComparison.OrdinalIgnoreCase)))
        {
            read.Refuse(
                $"The setting ClientAddressHeader cannot be {header}: callers send that header themselves, and Functions hosts replace it. "
                + "Let the reverse proxy set X-Real-IP.");
        }

        return header;
    }
}
