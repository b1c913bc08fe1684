using Ssp.Accounts;

namespace Ssp.Tests.Accounts;

public sealed class BackOffTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(4, 0)]
    [InlineData(5, 1)]
    [InlineData(6, 2)]
    [InlineData(10, 32)]
    [InlineData(15, 900)]
    [InlineData(1_000_000, 900)]
    public void One_place_waits_longer_after_each_failure_from_the_fifth_on_but_never_over_a_quarter_of_an_hour(int failures, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), BackOff.SamePlace(failures));

    [Theory]
    [InlineData(4, 0)]
    [InlineData(5, 1)]
    [InlineData(1_000, 30)]
    public void Where_the_place_is_not_known_nobody_waits_over_half_a_minute(int failures, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), BackOff.UnknownPlace(failures));

    [Theory]
    [InlineData(19, 0)]
    [InlineData(20, 1)]
    [InlineData(1_000, 300)]
    public void All_places_together_wait_at_most_five_minutes(int failures, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), BackOff.AllPlaces(failures));
}
