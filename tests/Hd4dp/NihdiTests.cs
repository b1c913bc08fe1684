using Ssp.Hd4dp;

namespace Ssp.Tests.Hd4dp;

public sealed class NihdiTests
{
    [Theory]
    // Real numbers from healthdata.be's public list of hospitals with the hip registry.
    [InlineData("71000436", "71000436")]
    [InlineData("71014391", "71014391")]
    [InlineData("7-10004-36", "71000436")]
    [InlineData(" 710.004.36 ", "71000436")]
    [InlineData("7\u201310004\u00a036", "71000436")]
    [InlineData("71000436000", "71000436000")]
    public void A_number_is_read_with_or_without_separators(string written, string digits)
    {
        Assert.True(Nihdi.TryParse(written, out var nihdi));
        Assert.Equal(digits, nihdi.Digits);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("71000437")]
    [InlineData("7100043")]
    [InlineData("710004366")]
    [InlineData("7100043A")]
    [InlineData("٧١٠٠٠٤٣٦")]
    public void What_is_no_number_of_a_hospital_is_refused(string? written) => Assert.False(Nihdi.TryParse(written, out _));

    [Fact]
    public void The_check_is_97_when_nothing_remains()
    {
        // 710040 is a multiple of 97.
        Assert.Equal("71004097", Nihdi.OfHospital(710_040).Digits);
        Assert.True(Nihdi.TryParse("71004097", out _));
    }
}
