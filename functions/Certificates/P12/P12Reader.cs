using System.Globalization;
using System.Security.Cryptography;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Ssp.Text;

namespace Ssp.Certificates.P12;

/// <summary>
/// Reads a P12 file (PKCS#12, RFC 7292), in stages: structure, inventory of algorithms and counts, limits, MAC, bags. No key is derived before the limits
/// of what is visible by then are asked. BouncyCastle's own store refuses legal files and hides what is odd in them, so the bags are read one by one
/// with its primitives. Never throws, whatever the bytes are.
/// </summary>
public static class P12Reader
{
    /// <param name="password">As it was typed; see <see cref="P12Password"/>.</param>
    public static P12Reading Read(ReadOnlyMemory<byte> file, string password)
    {
        // A byte more than is read is enough to know that there are too many.
        var run = new Run(file[..Math.Min(file.Length, P12Limits.MaxBytes + 1)].ToArray(), P12Password.Variants(password));
        try
        {
            run.Read();
        }
        catch (P12Fault fault)
        {
            run.Findings.Add(fault.Finding);
        }
        finally
        {
            run.Forget();
        }

        return new P12Reading(run.Findings, run.Keys, run.Certificates);
    }

    /// <summary>One reading under way.</summary>
    private sealed class Run(byte[] file, IReadOnlyList<P12Password> passwords)
    {
        private const string PublicKeyMode = "mode";

        private readonly HashSet<string> weak = [];
        private readonly List<byte[]> secrets = [];
        // The way that opened something comes first.
        private List<P12Password> order = [.. passwords];
        private bool hasMac;
        private bool hasOpened;
        private int bags;
        private int keyBags;
        private long work;

        public List<Finding> Findings { get; } = [];

        public List<P12Key> Keys { get; } = [];

        public List<P12Certificate> Certificates { get; } = [];

        public void Read()
        {
            var (authSafe, mac) = ReadStructure();
            var contents = ReadContents(authSafe);
            var macProtection = ReadMac(mac);
            // What can be seen without the password is counted before the first key is derived.
            var plain = contents.Where(content => content.Plain is not null).Select(content => (content, Bags: ReadBags(content.Plain!))).ToList();
            CheckMac(mac, macProtection, authSafe);
            foreach (var content in contents)
            {
                var read = content.Plain is not null
                    ? plain.Single(one => one.content == content).Bags
                    : ReadBags(Open(content.Protection!, content.Encrypted!));
                foreach (var bag in read)
                {
                    Take(bag);
                }
            }

            if (weak.Count > 0)
            {
                Findings.Add(new Finding("P31", Severity.Info, null, string.Join(", ", weak.Order())));
            }
        }

        public void Forget()
        {
            foreach (var secret in secrets)
            {
                CryptographicOperations.ZeroMemory(secret);
            }

            CryptographicOperations.ZeroMemory(file);
            foreach (var password in passwords)
            {
                password.Forget();
            }
        }

        private (byte[] AuthSafe, Asn1Sequence? Mac) ReadStructure()
        {
            if (file.Length == 0)
            {
                throw P12Fault.Of("P03", "empty");
            }

            if (file.Length > P12Limits.MaxBytes)
            {
                throw P12Fault.Of("P05", null, (P12Limits.MaxBytes / 1024).ToString(CultureInfo.InvariantCulture));
            }

            if (P12Kinds.OfBeginning(file) is { } otherFile)
            {
                throw new P12Fault(otherFile);
            }

            var whole = P12Shape.ParseFile(file);
            if (P12Kinds.OfContent(whole) is { } otherContent)
            {
                throw new P12Fault(otherContent);
            }

            if (whole is not Asn1Sequence { Count: 2 or 3 } pfx
                || pfx[0] is not DerInteger version
                || pfx[1] is not Asn1Sequence { Count: 2 } info
                || info[0] is not DerObjectIdentifier type)
            {
                throw P12Fault.Damaged();
            }

            if (!version.HasValue(3))
            {
                throw P12Fault.Of("P04", null, version.Value.BitLength < 64 ? version.Value.ToString() : "?");
            }

            if (!type.Equals(PkcsObjectIdentifiers.Data))
            {
                throw type.Equals(PkcsObjectIdentifiers.SignedData) ? P12Fault.Of("P08", PublicKeyMode) : P12Fault.Damaged();
            }

            return (OctetsOf(ExplicitOf(info, 1)), pfx.Count == 3 ? P12Shape.Build(() => Asn1Sequence.GetInstance(pfx[2])) : null);
        }

        private sealed record Content(byte[]? Plain, P12Protection? Protection, byte[]? Encrypted);

        private List<Content> ReadContents(byte[] authSafe)
        {
            var parts = P12Shape.Build(() => Asn1Sequence.GetInstance(P12Shape.Parse(authSafe)));
            RequireFew(parts.Count, P12Limits.MaxBags, "bags");
            var contents = new List<Content>();
            foreach (var part in parts)
            {
                var info = P12Shape.Build(() => Asn1Sequence.GetInstance(part));
                var type = P12Shape.Build(() => DerObjectIdentifier.GetInstance(info[0]));
                if (type.Equals(PkcsObjectIdentifiers.Data))
                {
                    contents.Add(new Content(OctetsOf(ExplicitOf(info, 1)), null, null));
                }
                else if (type.Equals(PkcsObjectIdentifiers.EncryptedData))
                {
                    var encrypted = P12Shape.Build(() => Asn1Sequence.GetInstance(Asn1Sequence.GetInstance(ExplicitOf(info, 1))[1]));
                    var protection = Protect(P12Shape.Build(() => AlgorithmIdentifier.GetInstance(encrypted[1])));
                    var octets = P12Shape.Build(() => Asn1OctetString.GetInstance(Asn1TaggedObject.GetInstance(encrypted[2]), false).GetOctets());
                    contents.Add(new Content(null, protection, octets));
                }
                else
                {
                    throw type.Equals(PkcsObjectIdentifiers.EnvelopedData) ? P12Fault.Of("P08", PublicKeyMode) : P12Fault.Of("P08", null, type.Id);
                }
            }

            return contents;
        }

        private P12Protection? ReadMac(Asn1Sequence? mac)
        {
            if (mac is null)
            {
                Findings.Add(new Finding("P09", Severity.Warn));
                return null;
            }

            var protection = P12Shape.Build(() => P12Protection.OfMac(
                AlgorithmIdentifier.GetInstance(DigestOf(mac)[0]),
                Asn1OctetString.GetInstance(mac[1]).GetOctets(),
                mac.Count > 2 ? DerInteger.GetInstance(mac[2]) : null));
            Charge(protection);
            return protection;
        }

        private static Asn1Sequence DigestOf(Asn1Sequence mac) => Asn1Sequence.GetInstance(mac[0]);

        private void CheckMac(Asn1Sequence? mac, P12Protection? protection, byte[] authSafe)
        {
            if (mac is null)
            {
                return;
            }

            var expected = P12Shape.Build(() => Asn1OctetString.GetInstance(DigestOf(mac)[1]).GetOctets());
            var right = order.FirstOrDefault(password => P12Cipher.HasMac(protection!, authSafe, expected, password)) ?? throw P12Fault.Of("P10");
            hasMac = hasOpened = true;
            // The same way first, but one program may have made the MAC and another the bags.
            order.Remove(right);
            order.Insert(0, right);
        }

        private sealed record Bag(DerObjectIdentifier Type, Asn1Object Value, string? Alias, byte[]? LocalKeyId, P12Protection? Protection);

        // Reads the bags, counts them, and looks at how keys in them are protected; opens nothing.
        private List<Bag> ReadBags(byte[] safeContents, int depth = 0)
        {
            var read = new List<Bag>();
            var parts = P12Shape.Build(() => Asn1Sequence.GetInstance(P12Shape.Parse(safeContents)));
            RequireFew(bags += parts.Count, P12Limits.MaxBags, "bags");
            foreach (var part in parts)
            {
                var bag = P12Shape.Build(() => Asn1Sequence.GetInstance(part));
                var type = P12Shape.Build(() => DerObjectIdentifier.GetInstance(bag[0]));
                var value = ExplicitOf(bag, 1);
                if (type.Equals(PkcsObjectIdentifiers.SafeContentsBag))
                {
                    RequireFew(depth + 1, 5, "depth");
                    read.AddRange(ReadBags(P12Shape.Build(value.GetEncoded), depth + 1));
                    continue;
                }

                var isKey = type.Equals(PkcsObjectIdentifiers.KeyBag) || type.Equals(PkcsObjectIdentifiers.Pkcs8ShroudedKeyBag);
                RequireFew(keyBags += isKey ? 1 : 0, P12Limits.MaxKeys, "keys");
                var protection = type.Equals(PkcsObjectIdentifiers.Pkcs8ShroudedKeyBag)
                    ? Protect(P12Shape.Build(() => EncryptedPrivateKeyInfo.GetInstance(value).EncryptionAlgorithm))
                    : null;
                var (alias, localKeyId) = ReadAttributes(bag.Count > 2 ? P12Shape.Build(() => Asn1Set.GetInstance(bag[2])) : null);
                read.Add(new Bag(type, value, alias, localKeyId, protection));
            }

            return read;
        }

        private (string? Alias, byte[]? LocalKeyId) ReadAttributes(Asn1Set? attributes)
        {
            if (attributes is null)
            {
                return (null, null);
            }

            RequireFew(attributes.Count, P12Limits.MaxAttributes, "attributes");
            var seen = new HashSet<string>();
            string? alias = null;
            byte[]? localKeyId = null;
            foreach (var one in attributes)
            {
                var attribute = P12Shape.Build(() => Asn1Sequence.GetInstance(one));
                var type = P12Shape.Build(() => DerObjectIdentifier.GetInstance(attribute[0]));
                var values = P12Shape.Build(() => Asn1Set.GetInstance(attribute[1]));
                if (!seen.Add(type.Id))
                {
                    Note("P17", Severity.Refuse, "attributes");
                }
                else if (type.Equals(PkcsObjectIdentifiers.Pkcs9AtFriendlyName) && values.Count > 0)
                {
                    alias = FriendlyName(values);
                }
                else if (type.Equals(PkcsObjectIdentifiers.Pkcs9AtLocalKeyID) && values.Count > 0)
                {
                    if (values is not { Count: 1 } || values[0] is not Asn1OctetString id)
                    {
                        Note("P17", Severity.Refuse, "attributes");
                        continue;
                    }

                    localKeyId = id.GetOctets();
                }
            }

            return (alias, localKeyId);
        }

        private string? FriendlyName(Asn1Set values)
        {
            if (values.Count != 1 || values[0] is not IAsn1String text)
            {
                Note("P17", Severity.Refuse, "attributes");
                return null;
            }

            var name = P12Shape.Build(text.GetString);
            var shown = VisibleText.Of(name, 200);
            if (text is not DerBmpString || shown != name.Replace("\\", "\\\\", StringComparison.Ordinal))
            {
                Note("P32", Severity.Info, null, shown);
            }

            return name;
        }

        private void Take(Bag bag)
        {
            if (bag.Type.Equals(PkcsObjectIdentifiers.KeyBag))
            {
                Note("P31", Severity.Info, "open");
                Keys.Add(P12Shape.Build(() => new P12Key(bag.Value, bag.Alias, bag.LocalKeyId)));
            }
            else if (bag.Protection is not null)
            {
                var content = Open(bag.Protection, P12Shape.Build(() => EncryptedPrivateKeyInfo.GetInstance(bag.Value).GetEncryptedData()));
                Keys.Add(P12Shape.Build(() => new P12Key(P12Shape.Parse(content), bag.Alias, bag.LocalKeyId)));
            }
            else if (bag.Type.Equals(PkcsObjectIdentifiers.CertBag))
            {
                var certificate = P12Shape.Build(() => Asn1Sequence.GetInstance(bag.Value));
                var kind = P12Shape.Build(() => DerObjectIdentifier.GetInstance(certificate[0]));
                // The other kind that PKCS#9 knows, SDSI, has not been seen in this century.
                if (!kind.Equals(PkcsObjectIdentifiers.X509Certificate))
                {
                    throw P12Fault.Of("P08", null, kind.Id);
                }

                var der = OctetsOf(ExplicitOf(certificate, 1));
                P12Shape.Parse(der);
                Certificates.Add(P12Shape.Build(() => new P12Certificate(der, bag.Alias, bag.LocalKeyId)));
            }
            else if (!bag.Type.Equals(PkcsObjectIdentifiers.CrlBag) && !bag.Type.Equals(PkcsObjectIdentifiers.SecretBag))
            {
                throw P12Fault.Of("P08", null, bag.Type.Id);
            }
        }

        private byte[] Open(P12Protection protection, byte[] encrypted)
        {
            foreach (var password in order)
            {
                if (P12Cipher.Decrypt(protection, encrypted, password) is not { } content)
                {
                    continue;
                }

                secrets.Add(content);
                // A wrong key leaves by chance, once in some hundred, what looks like padding; then the content is no ASN.1.
                if (IsSequence(content))
                {
                    hasOpened = true;
                    return content;
                }
            }

            // Without a MAC the first content that does not open is the first sign of a wrong password.
            throw P12Fault.Of(hasMac || hasOpened ? "P11" : "P10");
        }

        private static bool IsSequence(byte[] content)
        {
            try
            {
                return content is [0x30, ..] && P12Shape.Measure(content) == content.Length;
            }
            catch (P12Fault fault)
            {
                // P06 is a limit of ours (too many elements, too deep). The content is a sequence all the same, so the password was right.
                return fault.Finding.Code == "P06";
            }
        }

        private P12Protection Protect(AlgorithmIdentifier algorithm)
        {
            var protection = P12Protection.OfCipher(algorithm);
            Charge(protection);
            return protection;
        }

        private void Charge(P12Protection protection)
        {
            if (protection.IsWeak)
            {
                weak.Add(protection.Name);
            }

            work += protection.Work;
            if (work > P12Limits.MaxWork)
            {
                throw P12Fault.Of("P07", "rounds", $"{P12Limits.MaxRounds}");
            }
        }

        private void Note(string code, Severity severity, string? variant, params string[] values)
        {
            if (!Findings.Any(finding => finding.Code == code && finding.Variant == variant))
            {
                Findings.Add(new Finding(code, severity, variant, values));
            }
        }

        private static void RequireFew(int count, int max, string variant)
        {
            if (count > max)
            {
                throw P12Fault.Of("P06", variant, max.ToString(CultureInfo.InvariantCulture));
            }
        }

        private static Asn1Object ExplicitOf(Asn1Sequence parts, int place) =>
            P12Shape.Build(() => Asn1TaggedObject.GetInstance(parts[place]).GetExplicitBaseObject().ToAsn1Object());

        private static byte[] OctetsOf(Asn1Object octets) => P12Shape.Build(() => Asn1OctetString.GetInstance(octets).GetOctets());
    }
}
