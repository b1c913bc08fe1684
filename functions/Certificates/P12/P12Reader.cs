using System.Security.Cryptography;
using System.Text;

namespace Ssp.Certificates.P12;

/// <summary>
/// Reads a P12 file (PKCS#12, RFC 7292), in stages: structure, inventory of algorithms and counts, limits, MAC, bags. No key is derived before the limits
/// of what is visible by then are asked. BouncyCastle's own store refuses legal files and hides what is odd in them, so the bags are read one by one
/// with its primitives. Never throws, whatever the bytes are.
/// </summary>
public static class P12Reader
{
    /// <param name="password">As it was typed; see <see cref="P12Password"/>.</param>
    /// <param name="allowance">Work that all derivations together may take this time, in units of <see cref="P12Limits.MaxWork"/>.</param>
    public static P12Reading Read(ReadOnlyMemory<byte> file, string password, long allowance = P12Limits.MaxWork)
    {
        // A byte more than is read is enough to know that there are too many.
        var run = new Run(file[..Math.Min(file.Length, P12Limits.MaxBytes + 1)].ToArray(), password, allowance);
        string? unforeseen = null;
        var isPostponed = false;
        var java = JavaKeyStore.Empty;
        try
        {
            run.Read();
            java = run.Java();
        }
        catch (P12Fault fault)
        {
            run.Findings.Add(fault.Finding);
        }
        catch (P12AllowanceException)
        {
            isPostponed = true;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // What nobody foresaw is still about the file alone: the person learns that it cannot be read, the log where to look.
            run.Findings.Add(P12Fault.Damaged().Finding);
            unforeseen = $"{error.GetType()}{Environment.NewLine}{error.StackTrace}";
        }
        finally
        {
            run.Forget();
        }

        return new P12Reading(run.Findings, run.Keys, run.Certificates, run.HasProof, java)
        {
            Cost = run.Cost,
            IsPostponed = isPostponed,
            Unforeseen = unforeseen,
        };
    }

    /// <summary>One reading under way.</summary>
    private sealed class Run(byte[] file, string typed, long allowance)
    {
        private readonly P12Budget budget = new(allowance);
        private readonly HashSet<string> weak = [];
        private int? fewestRounds;
        private readonly List<byte[]> secrets = [];
        private readonly List<JavaBag> opened = [];
        private readonly List<P12Protection> protections = [];
        // The form that opened something comes first.
        private List<P12Password> forms = [];
        private P12Mac? mac;
        private bool hasMac;
        private bool hasOpened;
        private bool isOpenedOtherwise;
        private bool isLong;
        private int bags;
        private int keyBags;

        public List<Finding> Findings { get; } = [];

        public List<P12Key> Keys { get; } = [];

        public List<P12Certificate> Certificates { get; } = [];

        /// <summary>Whether anything in the file shows that the password is the right one.</summary>
        public bool HasProof => hasMac || hasOpened;

        public P12Cost Cost => new(budget.Promised, budget.Derived, budget.Handled);

        public void Read()
        {
            var structure = P12Structure.Of(file);
            if (structure.Padding > 0)
            {
                Findings.Add(new Finding("P03", Severity.Warn, "padding", $"{structure.Padding}"));
            }

            // What can be seen without the password is counted before the first key is derived.
            var safes = structure.Safes().Select(safe => (Safe: safe, Bags: ReadVisible(safe))).ToList();
            NoteLength(file);
            NoteLength(structure.AuthSafe);
            mac = ReadMac(structure);
            forms = [.. P12Password.Forms(typed)];
            if (mac is not null)
            {
                CheckMac(mac, structure.AuthSafe);
            }

            foreach (var (safe, visible) in safes)
            {
                foreach (var bag in visible ?? ReadBags(Open(safe.Protection!, safe.Content)))
                {
                    Take(bag);
                }
            }

            if (weak.Count > 0)
            {
                Findings.Add(new Finding("P31", Severity.Info, null, string.Join(", ", weak.Order())));
            }

            if (fewestRounds is { } rounds)
            {
                Findings.Add(new Finding("P31", Severity.Info, "rounds", $"{rounds}"));
            }
        }

        public void Forget()
        {
            foreach (var secret in secrets)
            {
                CryptographicOperations.ZeroMemory(secret);
            }

            CryptographicOperations.ZeroMemory(file);
            foreach (var form in forms)
            {
                form.Forget();
            }
        }

        public JavaKeyStore Java() => JavaKeyStore.Of(opened, mac, protections, typed, isOpenedOtherwise, isLong);

        private List<P12Bag>? ReadVisible(P12Structure.Safe safe)
        {
            if (safe.Protection is not { } protection)
            {
                return ReadBags(safe.Content);
            }

            Promise(protection);
            return null;
        }

        private P12Mac? ReadMac(P12Structure structure)
        {
            if (structure.MacData is not { } data)
            {
                Findings.Add(new Finding("P09", Severity.Warn));
                return null;
            }

            var read = P12Mac.Of(data);
            Promise(read.Work, read.Derivation, read.IsWeak ? read.Name : null);
            return read;
        }

        private void CheckMac(P12Mac code, byte[] authSafe)
        {
            var right = Try(code.Derivation, forms.Where(form => !form.IsOfOldNss), password => code.IsOf(authSafe, password, budget) ? password : null);
            hasMac = hasOpened = right is not null ? true : throw WrongPassword();
        }

        // Reads the bags, counts them, and looks at how keys in them are protected; opens nothing.
        private List<P12Bag> ReadBags(byte[] safeContents)
        {
            var read = new List<P12Bag>();
            var contents = P12Shape.Parse(safeContents);
            NoteLength(safeContents);
            foreach (var bag in P12Bag.AllIn(contents, more => P12Limits.RequireFew(bags += more, P12Limits.MaxBags, "bags")))
            {
                P12Limits.RequireFew(keyBags += bag.IsKey ? 1 : 0, P12Limits.MaxKeys, "keys");
                if (bag.Protection is { } protection)
                {
                    Promise(protection);
                }

                Note(bag.Attributes.Findings);
                read.Add(bag);
            }

            return read;
        }

        private void Take(P12Bag bag)
        {
            var (alias, localKeyId, _, _) = bag.Attributes;
            if (bag.IsOpenKey)
            {
                Note([new Finding("P31", Severity.Info, "open")]);
                Keep(bag, P12Shape.Build(() => new P12Key(bag.Value, alias, localKeyId, budget)));
            }
            else if (bag.Protection is not null)
            {
                var content = Open(bag.Protection, bag.Encrypted!);
                NoteLength(content);
                Keep(bag, P12Shape.Build(() => new P12Key(P12Shape.Parse(content), alias, localKeyId, budget)));
            }
            else if (bag.ReadCertificate() is { } der)
            {
                P12Shape.Parse(der, P12Limits.MaxCertificateElements);
                Certificates.Add(P12Shape.Build(() => new P12Certificate(der, alias, localKeyId, budget)));
                opened.Add(new JavaBag(bag, null, Certificates[^1]));
            }
            else
            {
                opened.Add(new JavaBag(bag, null, null));
            }
        }

        private void Keep(P12Bag bag, P12Key key)
        {
            Keys.Add(key);
            opened.Add(new JavaBag(bag, key, null));
        }

        private byte[] Open(P12Protection protection, byte[] encrypted)
        {
            // A wrong key leaves by chance, once in some hundred, what looks like padding; then the content is no ASN.1.
            var content = Try(protection.Derivation, forms, password =>
                protection.Open(encrypted, password, budget) is { } opened && IsSequence(Kept(opened)) ? opened : null);
            if (content is null)
            {
                // Without a MAC the first content that does not open is the first sign of a wrong password.
                throw hasMac || hasOpened ? P12Fault.Of("P11") : WrongPassword();
            }

            hasOpened = true;
            return content;
        }

        // In one form of the password after the other, until one leads to something.
        private byte[]? Try(P12Derivation derivation, IEnumerable<P12Password> candidates, Func<byte[], byte[]?> attempt)
        {
            foreach (var form in candidates.DistinctBy(form => Convert.ToHexString(derivation.Take(form))).ToList())
            {
                if (attempt(derivation.Take(form)) is { } found)
                {
                    isOpenedOtherwise |= !form.IsAsTyped;
                    // The same form first from now on, but one program may have made the MAC and another the bags.
                    forms.Remove(form);
                    forms.Insert(0, form);
                    return found;
                }
            }

            return null;
        }

        private byte[] Kept(byte[] secret)
        {
            secrets.Add(secret);
            return secret;
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

        private P12Fault WrongPassword() => P12Fault.Of("P10", Ascii.IsValid(typed) ? null : "accents");

        private void Promise(P12Protection protection)
        {
            protections.Add(protection);
            Promise(protection.Work, protection.Derivation, protection.Cipher.IsWeak ? protection.Name : null);
        }

        private void Promise(long work, P12Derivation derivation, string? weakMethod)
        {
            if (weakMethod is not null)
            {
                weak.Add(weakMethod);
            }

            if (derivation.TooFewRounds < (fewestRounds ?? int.MaxValue))
            {
                fewestRounds = derivation.TooFewRounds;
            }

            budget.Promise(work);
        }

        // Of what was parsed already: that says better what is wrong with it.
        private void NoteLength(byte[] bytes)
        {
            _ = P12Shape.Measure(bytes, out var isLonger);
            isLong |= isLonger;
        }

        private void Note(IEnumerable<Finding> findings)
        {
            foreach (var found in findings)
            {
                if (!Findings.Any(finding => finding.Code == found.Code && finding.Variant == found.Variant))
                {
                    Findings.Add(found);
                }
            }
        }
    }
}
