using Ssp.Text;

namespace Ssp.Certificates.P12;

/// <summary>A private key as Java finds it.</summary>
/// <param name="Name">As it stands in the file, or the number Java gives to a key without a name. Java does not tell capitals from small letters.</param>
/// <param name="Chain">Its certificate, and upwards by the names and key identifiers of issuers.</param>
public sealed record JavaEntry(string Name, P12Key Key, IReadOnlyList<P12Certificate> Chain);

/// <summary>A bag, and what was found in it.</summary>
internal sealed record JavaBag(P12Bag Bag, P12Key? Key, P12Certificate? Certificate);

/// <summary>Why Java does not find a private key; the words are the variants of P38.</summary>
public static class JavaLoss
{
    public const string Open = "open";
    public const string Nested = "nested";
    public const string WithoutId = "id";
    public const string Replaced = "twice";
}

/// <summary>
/// What Java makes of a file: HD4DP is a Java program and opens it as a key store of the kind PKCS12. The rules are those of OpenJDK 17
/// (sun.security.pkcs12.PKCS12KeyStore: engineLoad, loadSafeContents, findMatchedCertificate, findIssuer); the tests ask Java about the same files.
/// </summary>
/// <param name="Findings">P37: why it cannot be opened at all. <paramref name="Entries"/> are those there would be without that.</param>
/// <param name="Lost">Private keys that are not found, with a word of <see cref="JavaLoss"/>.</param>
/// <param name="OtherNames">The names, in small letters, of entries that are no private keys: trusted certificates and secrets.</param>
public sealed record JavaKeyStore(
    IReadOnlyList<Finding> Findings, IReadOnlyList<JavaEntry> Entries, IReadOnlyList<(P12Key Key, string Why)> Lost, IReadOnlyList<string> OtherNames)
{
    /// <summary>Of a file that could not be read.</summary>
    public static readonly JavaKeyStore Empty = new([], [], [], []);

    private const int SaltBytes = 8;

    private static readonly byte[] IdOfTheOnlyKey = "01"u8.ToArray();

    private static readonly string[] CiphersOfPkcs12 = ["RC4-128", "RC4-40", "3DES", "RC2-128", "RC2-40"];

    private static readonly string[] CiphersOfPbes2 = ["AES-128", "AES-256"];

    private static readonly string[] Hmacs = ["SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512"];

    private static readonly string[] Macs = [.. Hmacs, "SHA-512/224", "SHA-512/256"];

    /// <summary>Null when there is none of that name.</summary>
    public JavaEntry? Find(string name) => Entries.FirstOrDefault(entry => Same(entry.Name, name));

    /// <summary>Null when Java does not find the key.</summary>
    public JavaEntry? EntryOf(P12Key key) => Entries.FirstOrDefault(entry => entry.Key == key);

    /// <summary>A word of <see cref="JavaLoss"/>; null when Java finds the key.</summary>
    public string? LossOf(P12Key key) => Lost.FirstOrDefault(lost => lost.Key == key).Why;

    /// <param name="bags">Of the whole file, in its order.</param>
    /// <param name="protections">Of its contents and its keys.</param>
    /// <param name="isOpenedOtherwise">Whether the password opened something only in another form than the standards say.</param>
    /// <param name="isLong">Whether a length is written in more bytes than it needs.</param>
    internal static JavaKeyStore Of(
        IReadOnlyList<JavaBag> bags, P12Mac? mac, IReadOnlyList<P12Protection> protections, string password, bool isOpenedOtherwise, bool isLong)
    {
        var build = new Build();
        foreach (var bag in bags)
        {
            build.Take(bag);
        }

        build.Pair();
        return new JavaKeyStore([.. FaultsOf(bags, mac, protections, password, isOpenedOtherwise, isLong)], build.Entries, build.Lost, build.OtherNames);
    }

    private static IEnumerable<Finding> FaultsOf(
        IReadOnlyList<JavaBag> bags, P12Mac? mac, IReadOnlyList<P12Protection> protections, string password, bool isOpenedOtherwise, bool isLong)
    {
        // Java takes a name for granted as BMPString, and gives up the whole file at another.
        if (bags.FirstOrDefault(one => !one.Bag.IsNested && one.Bag.Attributes.Java.IsUnreadable) is { } odd)
        {
            yield return new Finding("P37", Severity.Refuse, "name", VisibleText.Of(odd.Bag.Attributes.Alias ?? "", 100));
        }

        if (bags.Any(one => !one.Bag.IsNested && (one.Bag.Attributes.Java.IsOdd || one.Bag.IsOddSecret)))
        {
            yield return new Finding("P37", Severity.Refuse, "entry");
        }

        if (bags.Select(one => one.Bag.IsNested ? null : one.Certificate).FirstOrDefault(one => one?.IsReadByJava == false) is { } unread)
        {
            yield return new Finding("P37", Severity.Refuse, "certificate", unread.Subject.Length > 0 ? unread.Subject : unread.Issuer);
        }

        if (protections.Any(one => one.IsInPieces) || bags.Any(one => !one.Bag.IsNested && one.Key?.IsInPieces == true))
        {
            yield return new Finding("P37", Severity.Refuse, "pieces");
        }

        if (isLong)
        {
            yield return new Finding("P37", Severity.Refuse, "lengths");
        }

        if (protections.Select(one => one.Derivation).Concat(mac is { IsPbmac1: false } ? [mac.Derivation] : []).Any(HasOddSalt))
        {
            yield return new Finding("P37", Severity.Refuse, "salt");
        }

        if (protections.Select(UnknownIn).FirstOrDefault(one => one is not null) is { } unknown)
        {
            yield return new Finding("P37", Severity.Refuse, "method", unknown);
        }
        else if (mac is { IsPbmac1: false } && !Macs.Contains(mac.Name))
        {
            yield return new Finding("P37", Severity.Refuse, "method", mac.Name);
        }
        else if (mac?.IsPbmac1 == true)
        {
            // Java reads it from version 26 on, and from later updates of 17 (JDK-8370042).
            yield return new Finding("P37", Severity.Warn, "newer", mac.Name);
        }

        // com.sun.crypto.provider.PBEKey, which every scheme of a key store goes through.
        if (password.Any(character => character is < ' ' or > '~'))
        {
            yield return new Finding("P37", Severity.Refuse, "password");
        }
        else if (isOpenedOtherwise)
        {
            yield return new Finding("P37", Severity.Refuse, "form");
        }
    }

    // What Java does not know in it; null when it knows it all.
    private static string? UnknownIn(P12Protection protection)
    {
        var (isKnown, other) = protection.Derivation switch
        {
            P12Derivation.Pkcs12 => (CiphersOfPkcs12.Contains(protection.Name), null),
            P12Derivation.Pbkdf1 => (protection.Name == "MD5/DES", null),
            P12Derivation.Pbkdf2 pbkdf2 => (CiphersOfPbes2.Contains(protection.Name), Hmacs.Contains(pbkdf2.Digest.Name) ? null : pbkdf2.Digest.Name),
            _ => (CiphersOfPbes2.Contains(protection.Name), "scrypt"),
        };
        return isKnown ? other : protection.Name;
    }

    // com.sun.crypto.provider: PKCS12PBECipherCore, PBES2Core and HmacPKCS12PBECore; PBES1Core.
    private static bool HasOddSalt(P12Derivation derivation) =>
        derivation is P12Derivation.Pbkdf1 ? derivation.Salt.Length != SaltBytes : derivation.Salt.Length < SaltBytes;

    private static bool Same(string? one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static bool Same(byte[]? one, byte[]? other) => one is null ? other is null : other is not null && one.AsSpan().SequenceEqual(other);

    /// <summary>A private key that Java has kept so far.</summary>
    private sealed record Kept(P12Key Key, string Name, byte[] Id);

    /// <summary>A certificate that can be given to a key.</summary>
    private sealed record Candidate(P12Certificate Certificate, byte[]? Id, string? Name);

    /// <summary>A store that is being read.</summary>
    private sealed class Build
    {
        private readonly List<Kept> kept = [];
        private readonly List<Candidate> candidates = [];
        private readonly List<P12Certificate> certificates = [];
        // By name in small letters; null stands for a certificate that Java trusts, or a secret.
        private readonly Dictionary<string, Kept?> named = [];
        private int keys;
        private int unnamed;
        private int tries = P12Limits.MaxSignatures;

        public List<JavaEntry> Entries { get; } = [];

        public List<(P12Key Key, string Why)> Lost { get; } = [];

        public IReadOnlyList<string> OtherNames => [.. named.Where(one => one.Value is null).Select(one => one.Key)];

        public void Take(JavaBag one)
        {
            if (one.Bag.IsNested)
            {
                // A bag of bags is passed over.
                Lose(one.Key, JavaLoss.Nested);
            }
            else if (one.Key is { } key)
            {
                TakeKey(one.Bag, key);
            }
            else if (one.Certificate is { } certificate)
            {
                TakeCertificate(one.Bag, certificate);
            }
            else if (one.Bag.IsSecret)
            {
                NameOtherwise(one.Bag);
            }
        }

        public void Pair()
        {
            foreach (var key in kept)
            {
                if (named.GetValueOrDefault(Folded(key.Name)) != key)
                {
                    Lose(key.Key, JavaLoss.Replaced);
                }
                else if (ChainOf(key) is { Count: > 0 } chain)
                {
                    Entries.Add(new JavaEntry(key.Name, key.Key, chain));
                }
                else
                {
                    Lose(key.Key, JavaLoss.WithoutId);
                }
            }
        }

        private void TakeKey(P12Bag bag, P12Key key)
        {
            if (bag.IsOpenKey)
            {
                Lose(key, JavaLoss.Open);
                return;
            }

            keys++;
            // A key without a number is taken where it is the first; a certificate without a number, and without another key, is then its own.
            if ((bag.Attributes.Java.LocalKeyId ?? (keys == 1 ? IdOfTheOnlyKey : null)) is not { } id)
            {
                Lose(key, JavaLoss.WithoutId);
                return;
            }

            var one = new Kept(key, bag.Attributes.Java.Name ?? $"{++unnamed}", id);
            kept.Add(one);
            named[Folded(one.Name)] = one;
        }

        private void TakeCertificate(P12Bag bag, P12Certificate certificate)
        {
            var id = bag.Attributes.Java.LocalKeyId ?? (keys == 1 && bag.Place == 0 ? IdOfTheOnlyKey : null);
            if (bag.Attributes.Java.IsTrusted)
            {
                NameOtherwise(bag);
            }
            else
            {
                candidates.Add(new Candidate(certificate, id, bag.Attributes.Java.Name));
            }

            certificates.Add(certificate);
        }

        // What is no private key has names of the same kind, and takes the place of one.
        private void NameOtherwise(P12Bag bag) => named[Folded(bag.Attributes.Java.Name ?? $"{++unnamed}")] = null;

        // One more than we follow a chain ourselves is enough to know that it is too long.
        private List<P12Certificate> ChainOf(Kept key)
        {
            var chain = new List<P12Certificate>();
            for (var next = CertificateOf(key);
                next is not null && !chain.Contains(next) && chain.Count < P12Limits.MaxChain + 2;
                next = Above(chain[^1]))
            {
                chain.Add(next);
            }

            return chain;
        }

        // Whether a certificate signed itself is asked only where another bears its name: an encryption certificate has the name of its issuer.
        private P12Certificate? Above(P12Certificate certificate) =>
            IssuerOf(certificate) is { } issuer && issuer != certificate && !(certificate.IsSelfIssued && MaySignItself(certificate)) ? issuer : null;

        private bool MaySignItself(P12Certificate certificate) => (tries -= certificate.TriesOfSignature) < 0 || certificate.IsSelfSigned;

        // By the identifier of the issuer's key where both say one, else by name.
        private P12Certificate? IssuerOf(P12Certificate certificate)
        {
            var issuers = certificates.Where(certificate.NamesAsIssuerInJava);
            return certificate.IssuerKeyId is not { } id
                ? issuers.FirstOrDefault()
                : issuers.FirstOrDefault(one => Same(one.SubjectKeyId, id)) ?? issuers.LastOrDefault(one => one.SubjectKeyId is null);
        }

        // The number and the name, else the number, else the name; of several the last.
        private P12Certificate? CertificateOf(Kept key) =>
            (candidates.Find(one => Same(one.Id, key.Id) && Same(one.Name, key.Name))
                ?? candidates.FindLast(one => Same(one.Id, key.Id))
                ?? candidates.FindLast(one => Same(one.Name, key.Name)))?.Certificate;

        private void Lose(P12Key? key, string why)
        {
            if (key is not null)
            {
                Lost.Add((key, why));
            }
        }

        private static string Folded(string name) => name.ToLowerInvariant();
    }
}
