using Ssp.Certificates.P12;

namespace Ssp.Certificates;

/// <summary>
/// The command that helps with a finding: it mends the file, or shows what is in it. keytool, because it carries all private keys over: openssl
/// pkcs12 -export would keep one of the two. No value of a file ever stands in a command: somebody will paste it into a shell.
/// </summary>
public static class FindingFixes
{
    private const string WriteAnew = "keytool -importkeystore -srckeystore old.p12 -srcstoretype PKCS12 -destkeystore new.p12 -deststoretype PKCS12";
    private const string List = "keytool -list -v -keystore certificate.p12 -storetype PKCS12";

    /// <param name="all">
    /// What else was found in the file: keytool is a Java program, so it opens no file that HD4DP cannot open, and writes no key that it does not find.
    /// </param>
    /// <returns>Null where no command helps.</returns>
    public static string? Of(Finding finding, IReadOnlyList<Finding> all)
    {
        var fix = all.Any(one => one.Code == "P37") ? null : Of(finding.Code, finding.Variant);
        return fix == WriteAnew && all.Any(one => one.Code is "P14" or "P16" or "P38") ? null : fix;
    }

    private static string? Of(string code, string? variant) => (code, variant) switch
    {
        ("P02", "jks") => "keytool -importkeystore -srckeystore old.jks -srcstoretype JKS -destkeystore new.p12 -deststoretype PKCS12",
        ("P02", "jceks") => "keytool -importkeystore -srckeystore old.jceks -srcstoretype JCEKS -destkeystore new.p12 -deststoretype PKCS12",
        ("P09" or "P31", null) or ("P31", "rounds") => WriteAnew,
        ("P12" or "P13", not "more") => List,
        ("P23", null) => "keytool -importcert -keystore certificate.p12 -storetype PKCS12 -alias issuer -file issuer.pem",
        // The name is free then, and the next check says how the key gets it.
        ("P34", "taken") => "keytool -delete -keystore certificate.p12 -storetype PKCS12 -alias authentication",
        ("P34", _) => "keytool -changealias -keystore certificate.p12 -storetype PKCS12 -alias NAME -destalias authentication",
        ("P35", _) => "keytool -changealias -keystore certificate.p12 -storetype PKCS12 -alias NAME -destalias SERIAL-NUMBER",
        _ => null,
    };
}
