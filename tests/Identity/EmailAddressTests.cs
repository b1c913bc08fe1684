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

    [Fact]
    public void An_address_with_half_a_character_is_refused() => Assert.False(EmailAddress.TryParse("anna\ud800@hospital.be", out _));

    [Fact]
    public void An_address_that_cannot_be_normalised_is_refused() => Assert.False(EmailAddress.TryParse("réne\ufffe@hospital.be", out _));

    [Fact]
    public void An_address_that_is_too_long_is_refused() => Assert.False(EmailAddress.TryParse(new string('a', 250) + "@hospital.be", out _));
}
