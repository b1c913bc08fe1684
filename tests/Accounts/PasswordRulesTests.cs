using Ssp.Accounts;
using Ssp.Storage;

namespace Ssp.Tests.Accounts;

public sealed class PasswordRulesTests
{
    private static readonly string[] Personal = ["anna.peeters@grand-hopital.be", "AZ Sint-Elders Oostkamp", "71000436"];

    [Theory]
    [InlineData("four calm herons at dawn")]
    [InlineData("one summer in march with my old bike")]
    [InlineData("tafel kaars brug hospitaal")]
    [InlineData("🐎🔋📎🌵🚲🎻🧀🪁🥨🌦🦊🪣🧶🛶🪐")]
    [InlineData("Zomer?#%&/€$£§¶")]
    [InlineData("vier losse woorden fiets")]
    [InlineData("žluťoučký kůň úpěl")]
    [InlineData("🐎🔋📎 paard batterij nietje")]
    [InlineData("Qz7!vfR2#mNp9@x")]
    public void A_long_uncommon_password_is_good(string password) => Assert.Empty(PasswordRules.Faults(password, Personal));

    [Theory]
    [InlineData("", "password.too_short")]
    [InlineData("fourteen chars", "password.too_short")]
    // Fourteen characters that are twenty-eight UTF-16 units.
    [InlineData("🐎🔋📎🐎🔋📎🐎🔋📎🐎🔋📎🐎🔋", "password.too_short")]
    [InlineData("passwordpassword", "password.common")]
    [InlineData("123456789012345", "password.common")]
    [InlineData("qwertyuiopasdfgh", "password.common")]
    [InlineData("aaaaaaaaaaaaaaaaaaaa", "password.common")]
    [InlineData("iloveyouiloveyou", "password.common")]
    [InlineData("x anna.peeters@grand-hopital.be x", "password.personal")]
    [InlineData("Anna.Peeters likes trains", "password.personal")]
    [InlineData("i work at az SINT elders oostkamp", "password.personal")]
    [InlineData("correct horse battery staple", "password.guessable")]
    [InlineData("Correct-Horse-Battery-Staple-2026!", "password.guessable")]
    [InlineData("HD4DP2-portal-2026", "password.guessable")]
    [InlineData("healthdata.be 2026", "password.guessable")]
    [InlineData("Nippin & MyCareNet 26", "password.guessable")]
    [InlineData("71000436 71000436", "password.personal")]
    [InlineData("zomer 2026 zomer", "password.guessable")]
    [InlineData("Welkom-Printemps-2027", "password.guessable")]
    [InlineData("Winter2026!Winter2027!", "password.guessable")]
    [InlineData("januari-februari!", "password.guessable")]
    [InlineData("Elders-Oostkamp-26!", "password.guessable")]
    [InlineData("grand-hopital.be.grand-hopital.be", "password.guessable")]
    [InlineData("Summer-2026!!!!!!!", "password.guessable")]
    [InlineData("W4chtw00rd-Z1ekenhuis", "password.guessable")]
    [InlineData("peeters.hospital.2026", "password.guessable")]
    public void A_bad_password_is_refused_with_its_reason(string password, string reason) =>
        Assert.Equal(reason, Assert.Single(PasswordRules.Faults(password, Personal)).Key);

    [Fact]
    public void Any_length_up_to_256_characters_is_accepted_and_none_above()
    {
        var words = string.Join(' ', Enumerable.Range(0, 60).Select(i => $"{(char)('a' + (i % 26))}{i * i * 7919}"));

        Assert.Empty(PasswordRules.Faults(words[..64], Personal));
        Assert.Empty(PasswordRules.Faults(words[..128], Personal));
        Assert.Empty(PasswordRules.Faults(words[..256], Personal));
        Assert.Equal("password.too_long", Assert.Single(PasswordRules.Faults(words[..257], Personal)).Key);
    }

    [Fact]
    public void A_long_repetition_is_refused() =>
        Assert.Equal("password.common", Assert.Single(PasswordRules.Faults(string.Concat(Enumerable.Repeat("xK7!q", 40)), Personal)).Key);

    [Fact]
    public void Half_a_character_is_refused() =>
        Assert.Equal("password.not_text", Assert.Single(PasswordRules.Faults("a long password \ud83d here", Personal)).Key);

    [Fact]
    public void A_temporary_password_is_readable_and_never_the_same()
    {
        var some = Enumerable.Range(0, 200).Select(_ => Secrets.NewTemporaryPassword()).ToList();

        Assert.Equal(200, some.Distinct().Count());
        Assert.All(some, password => Assert.Matches("^[a-km-np-z2-9]{5}(-[a-km-np-z2-9]{5}){3}$", password));
    }
}
