using Microsoft.AspNetCore.Http;
using Ssp.Http;

namespace Ssp.Tests.Http;

public sealed class EntityTagTests
{
    [Theory]
    [InlineData("\"{0}\"")]
    [InlineData("W/\"{0}\"")]
    [InlineData("\"{0}-gzip\"")]
    [InlineData("W/\"{0}-br\"")]
    [InlineData("\"another\", W/\"{0}\"")]
    [InlineData("*")]
    public void A_tag_that_came_through_a_proxy_is_that_of_the_same_state(string sent) =>
        EntityTag.RequireMatch(With(sent), EntityTag.Of("state"), new { });

    [Theory]
    [InlineData("\"{0}x\"")]
    [InlineData("\"x{0}\"")]
    [InlineData("W/\"another\"")]
    [InlineData("{0}")]
    public void Another_tag_is_that_of_another_state(string sent) =>
        Assert.Equal(412, Assert.Throws<Problem>(() => EntityTag.RequireMatch(With(sent), EntityTag.Of("state"), new { })).Status);

    private static HttpRequest With(string sent)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.IfMatch = sent.Replace("{0}", EntityTag.Of("state").Trim('"'), StringComparison.Ordinal);
        return request;
    }
}
