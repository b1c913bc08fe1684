using System.Security.Cryptography;
using Ssp.Certificates;
using Ssp.Certificates.P12;

namespace Ssp.Tests.Certificates;

/// <summary>Each command that the portal shows beside a finding is run on files with that finding: it mends them, or shows what is in them.</summary>
[Trait("Run", "full")]
public sealed class FindingFixTests : IDisposable
{
    private static readonly P12Case[] Costly =
    [
        new("P07.rounds", Severity.Refuse, "so many that it takes a second", () => P12Maker.EHealth(
            change: store => store with { CertificateProtection = P12Protection.Pbes2(P12Cipher.Aes256, P12Digest.Sha256, (int)P12Limits.MaxRounds + 1) })),
    ];

    private readonly Tool tool = new() { PasswordInEnvironment = P12Maker.Password };

    public static TheoryData<string> Mended => [.. Cases.Where(one => Command(one) is { } command && !IsList(command)).Select(one => one.Name)];

    public static TheoryData<string> Shown => [.. Cases.Where(one => Command(one) is { } command && IsList(command)).Select(one => one.Name)];

    // A file that is none at all, or that only begins like a key store, cannot be mended; those that Java wrote are tried below.
    private static IEnumerable<P12Case> Cases => StructureCases.All.Concat(EHealthCases.All).Concat(JavaCases.All).Concat(Costly)
        .Where(one => one.Finding is not ("P02.jks" or "P02.jceks") && (one.Finding != "P07.rounds" || Costly.Contains(one)));

    public void Dispose() => tool.Dispose();

    [Theory]
    [InlineData("P14")]
    [InlineData("P16")]
    [InlineData("P38")]
    public void Nothing_is_written_anew_where_a_private_key_would_be_left_behind(string code)
    {
        var weak = new Finding("P31", Severity.Info);

        Assert.NotNull(FindingFixes.Of(weak, [weak]));
        Assert.Null(FindingFixes.Of(weak, [weak, new Finding(code, Severity.Warn, "id", "2")]));
    }

    [Theory]
    [MemberData(nameof(Mended))]
    public void The_command_beside_a_finding_mends_the_file(string name)
    {
        var one = Cases.Single(other => other.Name == name);
        var command = Command(one)!;
        tool.Write(command.Contains("old.p12", StringComparison.Ordinal) ? "old.p12" : "certificate.p12", one.File());
        foreach (var (place, authority) in new[] { new EHealthStore().IssuerCertificate, new EHealthStore().RootCertificate }.Index())
        {
            tool.Write($"issuer{place}.pem", PemEncoding.WriteString("CERTIFICATE", authority));
        }

        if (command.Contains("issuer.pem", StringComparison.Ordinal))
        {
            // One certificate at a time, until the chain is whole.
            Run(command.Replace("issuer", "issuer0", StringComparison.Ordinal), "");
            Run(command.Replace("issuer", "issuer1", StringComparison.Ordinal), "");
        }
        else
        {
            Run(command, command.Contains("NAME", StringComparison.Ordinal) ? NameIn(one) : "");
        }

        var mended = one with { File = () => tool.Read(command.Contains("new.p12", StringComparison.Ordinal) ? "new.p12" : "certificate.p12") };
        Assert.DoesNotContain(mended.Check().Findings, finding => Key(finding) == one.Finding);
    }

    [Theory]
    [MemberData(nameof(Shown))]
    public void The_command_beside_a_finding_shows_what_is_in_the_file(string name)
    {
        var one = Cases.Single(other => other.Name == name);
        tool.Write("certificate.p12", one.File());

        var shown = Run(Command(one)!, "");

        Assert.Contains("Keystore type: PKCS12", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("JKS")]
    [InlineData("JCEKS")]
    public void The_command_beside_a_key_store_of_another_kind_makes_a_P12_file_of_it(string kind)
    {
        tool.Write("certificate.p12", P12Maker.EHealth());
        tool.Run(
            "keytool", "-importkeystore", "-srckeystore", "certificate.p12", "-destkeystore", $"old.{kind.ToLowerInvariant()}", "-deststoretype", kind,
            "-srcstorepass:env", "PASSWORD", "-deststorepass:env", "PASSWORD", "-noprompt");
        var one = new P12Case("P02", Severity.Refuse, kind, () => tool.Read($"old.{kind.ToLowerInvariant()}"));
        Assert.Equal($"P02.{kind.ToLowerInvariant()}", Key(Assert.Single(one.Check().Findings)));

        Run(Command(one)!, "");

        Assert.Empty((one with { File = () => tool.Read("new.p12") }).Check().Findings);
    }

    private static string? Command(P12Case one)
    {
        var findings = one.Check().Findings;
        return findings.FirstOrDefault(finding => Key(finding).StartsWith(one.Finding, StringComparison.Ordinal)) is { } finding
            ? FindingFixes.Of(finding, findings)
            : null;
    }

    private static bool IsList(string command) => command.Contains("-list", StringComparison.Ordinal);

    // What somebody puts in the place of the word in capitals: the name that Java shows for the key.
    private static string NameIn(P12Case one)
    {
        var java = P12Reader.Read(one.File(), one.Password).Java;
        return one.Finding.StartsWith("P35", StringComparison.Ordinal)
            ? java.Entries.Single(entry => entry.Name != "authentication").Name
            : java.Entries[0].Name;
    }

    private static string Key(Finding finding) => finding.Key["finding.".Length..];

    private string Run(string command, string name) => tool.Run(
    [
        .. command.Replace("SERIAL-NUMBER", $"{EHealthStore.RealSerial}", StringComparison.Ordinal).Split(' ').Select(word => word == "NAME" ? name : word),
        .. command.Contains("-importkeystore", StringComparison.Ordinal)
            ? new[] { "-srcstorepass:env", "PASSWORD", "-deststorepass:env", "PASSWORD", "-noprompt" }
            : ["-storepass:env", "PASSWORD", .. command.Contains("-importcert", StringComparison.Ordinal) ? new[] { "-noprompt" } : []],
    ]);
}
