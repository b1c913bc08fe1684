using System.Numerics;

namespace Ssp.Tests.Certificates;

/// <summary>Writes PKCS#12 (RFC 7292) from its parts, each of which may be any bytes.</summary>
internal static class P12Writer
{
    public const string Data = "1.2.840.113549.1.7.1";
    public const string SignedData = "1.2.840.113549.1.7.2";
    public const string EnvelopedData = "1.2.840.113549.1.7.3";
    public const string EncryptedData = "1.2.840.113549.1.7.6";

    public const string KeyBag = "1.2.840.113549.1.12.10.1.1";
    public const string ShroudedKeyBag = "1.2.840.113549.1.12.10.1.2";
    public const string CertificateBag = "1.2.840.113549.1.12.10.1.3";
    public const string RevocationBag = "1.2.840.113549.1.12.10.1.4";
    public const string SecretBag = "1.2.840.113549.1.12.10.1.5";
    public const string SafeBag = "1.2.840.113549.1.12.10.1.6";

    public const string FriendlyNameType = "1.2.840.113549.1.9.20";
    public const string LocalKeyIdType = "1.2.840.113549.1.9.21";

    /// <summary>A file of these safes, each a ContentInfo.</summary>
    /// <param name="mac">Null: without a MAC.</param>
    /// <param name="ber">As a writer that streams makes it: indefinite lengths, octet strings in pieces.</param>
    public static byte[] File(IEnumerable<byte[]> safes, string? password, P12Mac? mac, bool ber = false)
    {
        var content = Der.Sequence([.. safes]);
        content = ber ? Der.ToBer(content) : content;
        var file = Pfx(Der.Sequence(Der.Oid(Data), Der.Context(0, Der.Octets(content))), mac?.Of(content, password) ?? []);
        return ber ? Der.ToBer(file) : file;
    }

    public static byte[] Pfx(byte[] authenticatedSafe, byte[] macData, BigInteger? version = null) =>
        Der.Sequence(Der.Integer(version ?? 3), authenticatedSafe, macData);

    /// <summary>A safe that lies open.</summary>
    public static byte[] Safe(params byte[][] bags) => Der.Sequence(Der.Oid(Data), Der.Context(0, Der.Octets(Der.Sequence(bags))));

    /// <summary>A safe under a password.</summary>
    public static byte[] Safe(P12Protection protection, string? password, params byte[][] bags) =>
        SafeOf(protection.Identifier, protection.Encrypt(Der.Sequence(bags), password));

    public static byte[] SafeOf(byte[] identifier, byte[] encrypted) =>
        Der.Sequence(Der.Oid(EncryptedData), Der.Context(0, Der.Sequence(Der.Integer(0), Der.Sequence(Der.Oid(Data), identifier, Der.Implicit(0, encrypted)))));

    public static byte[] Bag(string type, byte[] value, params byte[][] attributes) =>
        Der.Sequence(Der.Oid(type), Der.Context(0, value), attributes.Length == 0 ? [] : Der.Set(attributes));

    public static byte[] Key(byte[] privateKey, params byte[][] attributes) => Bag(KeyBag, privateKey, attributes);

    public static byte[] Key(byte[] privateKey, P12Protection protection, string? password, params byte[][] attributes) =>
        Bag(ShroudedKeyBag, Der.Sequence(protection.Identifier, Der.Octets(protection.Encrypt(privateKey, password))), attributes);

    public static byte[] Certificate(byte[] certificate, params byte[][] attributes) =>
        Bag(CertificateBag, Der.Sequence(Der.Oid("1.2.840.113549.1.9.22.1"), Der.Context(0, Der.Octets(certificate))), attributes);

    public static byte[] Attribute(string type, params byte[][] values) => Der.Sequence(Der.Oid(type), Der.Set(values));

    public static byte[] FriendlyName(string name) => Attribute(FriendlyNameType, Der.Bmp(name));

    public static byte[] LocalKeyId(params byte[] id) => Attribute(LocalKeyIdType, Der.Octets(id));
}
