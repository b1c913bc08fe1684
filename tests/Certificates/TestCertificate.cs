using System.Collections.Concurrent;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Ssp.Tests.Certificates;

/// <summary>What is to stand in a certificate; <see cref="SignedBy"/> makes it.</summary>
/// <param name="Subject">As <see cref="Name"/> makes it, or any bytes.</param>
internal sealed record TestCertificate(
    byte[] Subject, byte[] Issuer, BigInteger Serial, DateTimeOffset NotBefore, DateTimeOffset NotAfter, byte[] PublicKey, params byte[][] Extensions)
{
    private static readonly Dictionary<string, string> Types = new()
    {
        ["CN"] = "2.5.4.3",
        ["SERIALNUMBER"] = "2.5.4.5",
        ["C"] = "2.5.4.6",
        ["O"] = "2.5.4.10",
        ["OU"] = "2.5.4.11",
    };

    // Signing is slow, and most tests want the same certificates.
    private static readonly ConcurrentDictionary<string, byte[]> Made = new();

    public byte[] SignedBy(TestKey key, string? signature = null) =>
        Made.GetOrAdd(Convert.ToHexString(SHA256.HashData(Der.Join(Content([]), key.Private, Encoding.ASCII.GetBytes(signature ?? "")))),
            _ => Sign(key, signature));

    private byte[] Sign(TestKey key, string? signature)
    {
        var (algorithm, sign) = key.Signer(signature);
        var content = Content(algorithm);
        return Der.Sequence(content, algorithm, Der.Bits(sign(content)));
    }

    private byte[] Content(byte[] algorithm) => Der.Sequence(
        Der.Context(0, Der.Integer(2)), Der.Integer(Serial), algorithm, Issuer, Der.Sequence(Der.Time(NotBefore), Der.Time(NotAfter)), Subject, PublicKey,
        Extensions.Length == 0 ? [] : Der.Context(3, Der.Sequence(Extensions)));

    /// <summary>A name from its parts in the order they are encoded: "C=BE", "O=…", "CN=…".</summary>
    public static byte[] Name(params string[] parts) => Der.Sequence([.. parts.Select(part =>
    {
        var (type, value) = Split(part);
        return Der.Set(Der.Sequence(Der.Oid(Types[type]), type is "C" or "SERIALNUMBER" ? Der.Printable(value) : Der.Utf8(value)));
    })]);

    /// <summary>The same name as RFC 2253 writes it.</summary>
    public static string Text(params string[] parts) => string.Join(',', parts.Reverse().Select(part =>
    {
        var (type, value) = Split(part);
        return type == "SERIALNUMBER"
            ? $"2.5.4.5=#{Convert.ToHexStringLower(Der.Printable(value))}"
            : $"{type}={value.Replace(",", "\\,", StringComparison.Ordinal)}";
    }));

    public static byte[] Extension(string oid, bool critical, byte[] value) => Der.Sequence(Der.Oid(oid), critical ? Der.Boolean(true) : [], Der.Octets(value));

    public static byte[] Authority(bool isOne = true, int? depth = null) =>
        Extension("2.5.29.19", critical: true, Der.Sequence(isOne ? Der.Boolean(true) : [], depth is { } levels ? Der.Integer(levels) : []));

    public static byte[] Usage(Usages usages)
    {
        var value = (ushort)usages;
        var bytes = (value & 0xFF) == 0 ? new[] { (byte)(value >> 8) } : [(byte)(value >> 8), (byte)value];
        return Extension("2.5.29.15", critical: true, Der.Bits(bytes, (byte)BitOperations.TrailingZeroCount(bytes[^1] == 0 ? 0x80 : bytes[^1])));
    }

    private static (string Type, string Value) Split(string part)
    {
        var at = part.IndexOf('=', StringComparison.Ordinal);
        return (part[..at], part[(at + 1)..]);
    }

    /// <summary>The bits of a key usage, in the order they are encoded.</summary>
    [Flags]
    public enum Usages
    {
        None = 0,
        DigitalSignature = 0x8000,
        NonRepudiation = 0x4000,
        KeyEncipherment = 0x2000,
        DataEncipherment = 0x1000,
        KeyAgreement = 0x0800,
        CertificateSigning = 0x0400,
        RevocationSigning = 0x0200,
    }
}
