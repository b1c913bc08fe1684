using Ssp.Identity;

namespace Ssp.Tests.Identity;

public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("Anna.Peeters@Hospital.BE", "anna.peeters@hospital.be")]
    [InlineData("  anna@hospital.be  ", "anna@hospital.be")]
    [InlineData("anna@hospital.be.", "anna@hospital.be")]
    [InlineData("anna+ssp@hospital.be", "anna+ssp@hospital.be")]
    [InlineData("anna@hôpital.be", "anna@xn--hpital-ixa.be")]
    [InlineData("re\u0301ne@hospital.be", "réne@hospital.be")]
    public void Writings_of_one_mailbox_become_one_address(string written, string expected)
    {
        Assert.True(EmailAddress.TryParse(written, out var address));
        Assert.Equal(expected, address.Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("anna")]
    [InlineData("@hospital.be")]
    [InlineData("anna@")]
    [InlineData("an na@hospital.be")]
    [InlineData("Anna <anna@hospital.be>")]
    [InlineData("anna@hospital.be\r\nBcc: all")]
    [InlineData("anna@hos_pital.be")]
    [InlineData("anna@hospital.be\0")]
    [InlineData("an\u200bna@hospital.be")]
    public void What_is_no_address_is_refused(string? written) => Assert.False(EmailAddress.TryParse(written, out _));

    [Theory]
    [InlineData("\u0430nna@hospital.be", "U+0430")] // Cyrillic
    [InlineData("\u03b1nna@hospital.be", "U+03B1")] // Greek
    [InlineData("\uff41nna@hospital.be", "U+FF41")] // wide
    [InlineData("\U0001d41anna@hospital.be", "U+1D41A")] // bold, of mathematics
    [InlineData("anna.\u0261@hospital.be", "U+0261")] // of phonetics
    [InlineData("anna\u2010b@hospital.be", "U+2010")] // another hyphen
    [InlineData("n\u0336@hospital.be", "U+0336")] // a stroke by itself
    public void An_address_that_looks_like_another_is_not_taken_for_somebody_new(string written, string sign)
    {
        var fault = EmailAddress.FaultOf(written, out _);

        Assert.Equal("field.email_look_alike", fault?.Key);
        Assert.Equal(sign, fault!.Values[1]);
    }

    [Theory]
    [InlineData("anna+ssp.o'neill_1@hospital.be")]
    [InlineData("réne.żółć@hospital.be")]
    [InlineData("ngọc@hospital.be")]
    [InlineData("anna@\u0445ospital.be")]
    public void Latin_letters_with_accents_are_plain_and_a_domain_shows_what_it_is(string written) => Assert.Null(EmailAddress.FaultOf(written, out _));

    [Fact]
    public void An_address_with_half_a_character_is_refused() => Assert.False(EmailAddress.TryParse("anna\ud800@hospital.be", out _));

    [Fact]
    public void An_address_that_cannot_be_normalised_is_refused() => Assert.False(EmailAddress.TryParse("réne\ufffe@hospital.be", out _));

    [Fact]
    public void An_address_that_is_too_long_is_refused() => Assert.False(EmailAddress.TryParse(new string('a', 250) + "@hospital.be", out _));
}
