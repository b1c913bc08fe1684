using System.Security.Cryptography.X509Certificates;
using Ssp.Settings;

namespace Ssp.Audit.Forwarding;

/// <summary>Where the trail is forwarded to.</summary>
/// <param name="Receiver">syslog+tls://host:port, syslog+tcp://host:port or file:///path; null: nowhere.</param>
/// <param name="Authorities">Certificates of which one must have issued that of a receiver over TLS; empty: those that the machine trusts.</param>
public sealed record ForwardSettings(Uri? Receiver, IReadOnlyList<X509Certificate2> Authorities)
{
    public const string SyslogOverTls = "syslog+tls";
    public const string SyslogOverTcp = "syslog+tcp";

    public static ForwardSettings Read(SettingsReader read)
    {
        var receiver = ReadReceiver(read);
        var authorities = read.Certificates("AuditForwardCaFile");
        if (authorities.Count > 0 && receiver is not null && receiver.Scheme != SyslogOverTls)
        {
            read.Refuse($"The setting AuditForwardCaFile is for a receiver over TLS, and AuditForward names none: it begins with {receiver.Scheme}.");
        }

        return new ForwardSettings(receiver, authorities);
    }

    // The value is never repeated: somebody may have written a password into it.
    private static Uri? ReadReceiver(SettingsReader read)
    {
        if (read.Optional("AuditForward") is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var receiver) && (IsSyslog(receiver) || IsFile(receiver)))
        {
            return receiver;
        }

        read.Refuse(
            "The setting AuditForward is not understood: it takes syslog+tls://host:6514, syslog+tcp://host:514 or file:///whole/path/audit.jsonl, "
            + "with the port, and without a user, a password or anything behind.");
        return null;
    }

    private static bool IsSyslog(Uri receiver) =>
        receiver is { Scheme: SyslogOverTls or SyslogOverTcp, Host.Length: > 0, Port: > 0, UserInfo: "", PathAndQuery: "" or "/", Fragment: "" };

    private static bool IsFile(Uri receiver) =>
        receiver is { IsFile: true, Host: "", UserInfo: "", Query: "", Fragment: "" } && Path.GetFileName(receiver.LocalPath).Length > 0;
}
