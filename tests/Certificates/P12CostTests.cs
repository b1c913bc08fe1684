using Ssp.Certificates.P12;

namespace Ssp.Tests.Certificates;

/// <summary>What a file costs is reckoned before it is paid, in units that are the same on every machine.</summary>
public sealed class P12CostTests
{
    private const string Accents = "éÅ";

    private static readonly TestKey Key = TestKey.Rsa("authentication");

    public static TheoryData<string> Bombs => [.. HostileFiles.Bombs.Select(file => file.Name)];

    [Theory]
    [MemberData(nameof(Bombs))]
    public void A_bomb_is_refused_before_a_key_is_derived(string name)
    {
        var file = HostileFiles.Bombs.Single(one => one.Name == name).Make();

        Assert.All((string[])["abc", Accents, ""], password =>
        {
            var reading = P12Reader.Read(file, password);

            Assert.Equal("P07", reading.Findings.Single(finding => finding.Refuses).Code);
            Assert.Equal(0, reading.Cost.Derived);
        });
    }

    public static TheoryData<string> Macs => [.. Reckoned.Keys];

    // Rounds, for each block of the key that a digest fills, by what a round of this digest costs.
    private static Dictionary<string, (P12Mac Mac, long Work)> Reckoned => new()
    {
        ["SHA-1"] = (P12Mac.Classic(P12Digest.Sha1, 1000), 1000),
        ["SHA-256"] = (P12Mac.Classic(P12Digest.Sha256, 1000), 1000),
        ["SHA-512"] = (P12Mac.Classic(P12Digest.Sha512, 1000), 2000),
        ["MD2, twenty times as slow"] = (P12Mac.Classic(P12Digest.Md2, 1000), 22_000),
        ["PBMAC1 of one block"] = (P12Mac.Pbmac1(P12Digest.Sha256, P12Digest.Sha256, 1000), 1000),
        ["PBMAC1 of eight blocks"] = (P12Mac.Pbmac1(P12Digest.Sha256, P12Digest.Sha256, 1000, keyLength: 256), 8000),
        ["PBMAC1 of seven blocks, one of them for eight bytes"] = (P12Mac.Pbmac1(P12Digest.Sha1, P12Digest.Sha1, 1000, keyLength: 128), 7000),
        ["PBMAC1 by the library"] = (P12Mac.Pbmac1(P12Digest.Sha3Over256, P12Digest.Sha256, 1000), 4000),
    };

    [Theory]
    [MemberData(nameof(Macs))]
    public void A_MAC_costs_its_rounds_by_its_blocks_by_its_digest(string name)
    {
        var (mac, work) = Reckoned[name];

        var reading = P12Reader.Read(P12Writer.File([P12Writer.Safe()], P12Maker.Password, mac), P12Maker.Password);

        Assert.Equal((work, work), (reading.Cost.Promised, reading.Cost.Derived));
    }

    public static TheoryData<string> Protections => [.. Ciphers.Keys];

    private static Dictionary<string, (P12Protection Protection, long Work)> Ciphers => new()
    {
        ["3DES: two blocks of key, one of start value"] = (P12Protection.TripleDesOf(1000), 3000),
        ["RC2: one and one"] = (P12Protection.Legacy("RC2-40", 6, "RC2/CBC/PKCS7", 5, 1000), 2000),
        ["RC4: one, no start value"] = (P12Protection.Legacy("RC4-40", 2, "RC4", 5, 1000), 1000),
        ["PBES1 of MD2: all of it at once"] = (P12Protection.Pbes1(1, P12Digest.Md2, rc2: false), 22 * 2048),
        ["PBES2 with SHA-256"] = (P12Protection.Pbes2(P12Cipher.Aes256, P12Digest.Sha256, 1000), 1000),
        ["PBES2 with SHA-1: two blocks"] = (P12Protection.Pbes2(P12Cipher.Aes256, null, 1000), 2000),
        ["scrypt"] = (P12Protection.Scrypt(P12Cipher.Aes256, 1024, 8, 2), 4 * 8 * 2 * 1034),
    };

    [Theory]
    [MemberData(nameof(Protections))]
    public void A_key_costs_its_rounds_by_its_blocks_by_its_digest(string name)
    {
        var (protection, work) = Ciphers[name];

        var reading = P12Reader.Read(P12Writer.File([P12Writer.Safe(protection, P12Maker.Password)], null, null), P12Maker.Password);

        Assert.True(reading.IsReadable);
        Assert.Equal((work, work), (reading.Cost.Promised, reading.Cost.Derived));
    }

    [Theory]
    [InlineData("wrong", 1)]
    [InlineData("mèèr", 4)]
    [InlineData("密码", 2)]
    public void Each_form_in_which_a_password_is_tried_costs_as_much_again(string password, int forms)
    {
        var file = P12Writer.File([P12Writer.Safe()], P12Maker.Password, P12Mac.Classic(P12Digest.Sha256, 1000));

        var reading = P12Reader.Read(file, password);

        Assert.Equal((1000, 1000 * forms), (reading.Cost.Promised, reading.Cost.Derived));
    }

    [Fact]
    public void What_all_forms_of_a_password_cost_together_has_the_same_limit()
    {
        // Three million at a time, as much as may be: the third form is too many.
        var file = P12Writer.File([P12Writer.Safe(P12Protection.TripleDesOf(1, P12Limits.MaxRounds), "another")], null, null);

        var reading = P12Reader.Read(file, Accents);

        Assert.Equal(["P09", "P07"], reading.Findings.Select(finding => finding.Code));
        Assert.Equal(6 * P12Limits.MaxRounds, reading.Cost.Derived);
    }

    [Fact]
    public void Programs_that_ask_for_the_most_rounds_stay_within_the_limit()
    {
        // Firefox and GnuTLS, with two keys and their certificates.
        foreach (var protection in (P12Protection[])
            [P12Protection.Pbes2(P12Cipher.Aes256, P12Digest.Sha256, 1, 600_000), P12Protection.TripleDesOf(1, 600_000)])
        {
            var cost = P12Reader.Read(
                P12Writer.File(
                    [
                        P12Writer.Safe(P12Writer.Key(Key.Private, protection, "x"), P12Writer.Key(Key.Private, protection, "x")),
                        P12Writer.Safe(protection, "x"),
                    ],
                    "x", P12Mac.Classic(P12Digest.Sha256, 1)),
                "another").Cost;

            Assert.InRange(cost.Promised + 600_000, 2_400_000, P12Limits.MaxWork);
        }
    }

    [Fact]
    public void A_file_that_needs_more_rounds_than_it_may_take_this_time_is_left_for_another()
    {
        var slow = P12Protection.Pbes2(P12Cipher.Aes256, P12Digest.Sha256, 1_000);
        byte[][] files =
        [
            // Seen from outside; seen when the safe is open; and seen when the second form of a password is tried.
            P12Writer.File([P12Writer.Safe(slow, Accents), P12Writer.Safe(slow, Accents)], null, null),
            P12Writer.File([P12Writer.Safe(slow, Accents, P12Writer.Key(Key.Private, slow, Accents))], null, null),
            P12Writer.File([P12Writer.Safe(slow, "another")], null, null),
        ];

        Assert.All(files, file =>
        {
            var postponed = P12Reader.Read(file, Accents, allowance: 1_500);
            Assert.True(postponed.IsPostponed);
            Assert.InRange(postponed.Cost.Derived, 0, 1_500);
            Assert.DoesNotContain(postponed.Findings, finding => finding.Refuses);
            Assert.False(P12Reader.Read(file, Accents, allowance: 10_000).IsPostponed);
        });
    }

    [Fact]
    public void What_the_usual_programs_write_is_usual_work()
    {
        // Java since 8u301: ten thousand rounds for everything. OpenSSL and Windows take two thousand.
        var java = P12Protection.Pbes2(P12Cipher.Aes256, P12Digest.Sha256, 10_000);
        var file = P12Maker.EHealth(
            change: store => store with { KeyProtection = java, CertificateProtection = java, Mac = P12Mac.Classic(P12Digest.Sha256, 10_000) });

        Assert.InRange(P12Reader.Read(file, P12Maker.Password).Cost.Promised, 40_000, P12Limits.UsualWork / 5);
    }

    [Fact]
    public void What_is_not_rounds_is_counted_too()
    {
        var small = P12Reader.Read(P12Maker.EHealth(), P12Maker.Password).Cost.Handled;
        var secret = P12Writer.Bag(P12Writer.SecretBag, Der.Sequence(Der.Oid("1.2.3.4"), Der.Context(0, Der.Octets(new byte[200_000]))));
        var large = P12Reader.Read(StructureCases.With(P12Writer.Safe(P12Protection.Modern, P12Maker.Password, secret)), P12Maker.Password);

        Assert.True(large.IsReadable);
        Assert.InRange(small, 1, 10_000);
        Assert.InRange(large.Cost.Handled, 50_000, P12Limits.MaxHandling);
    }
}
