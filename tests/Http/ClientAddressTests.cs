using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Ssp.Dev;
using Ssp.Http;
using Ssp.Tests.Support;

namespace Ssp.Tests.Http;

public sealed class ClientAddressTests
{
    private static readonly HttpSettings BehindProxy = TestSettings.Of(("ClientAddressHeader", "X-Real-IP")).Http;

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData(" 192.0.2.7 ", "192.0.2.7")]
    [InlineData("192.0.2.7:4711", "192.0.2.7")]
    [InlineData("2001:db8::7", "2001:db8::7")]
    [InlineData("[2001:db8::7]", "2001:db8::7")]
    [InlineData("[2001:db8::7]:4711", "2001:db8::7")]
    [InlineData("2001:0DB8:0:0:0:0:0:7", "2001:db8::7")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData("[::ffff:192.0.2.7]:4711", "192.0.2.7")]
    [InlineData("127.0.0.1", "127.0.0.1")]
    public void The_header_that_the_setting_names_says_who_calls(string value, string address) =>
        Assert.Equal(IPAddress.Parse(address), ClientAddress.Of(Request("127.0.0.1", ("X-Real-IP", value)), BehindProxy));

    [Theory]
    [InlineData("")]
    [InlineData("unknown")]
    [InlineData("192.0.2.7, 192.0.2.8")]
    [InlineData("192.0.2.7,")]
    [InlineData("192.0.2.7 192.0.2.8")]
    [InlineData("192.0.2.7:port")]
    [InlineData("192.0.2.7:4711:4712")]
    [InlineData("192.0.2.07")]
    [InlineData("192.0.2")]
    [InlineData("7")]
    [InlineData("0x7f000001")]
    [InlineData("2001:db8::7::8")]
    [InlineData("<script>")]
    public void What_is_no_single_address_is_none(string value) => Assert.Null(ClientAddress.Of(Request("192.0.2.9", ("X-Real-IP", value)), BehindProxy));

    [Fact]
    public void Two_headers_or_none_are_no_address()
    {
        Assert.Null(ClientAddress.Of(Request("192.0.2.9", ("X-Real-IP", new StringValues(["192.0.2.7", "192.0.2.8"]))), BehindProxy));
        Assert.Null(ClientAddress.Of(Request("192.0.2.9"), BehindProxy));
    }

    [Fact]
    public void X_Forwarded_For_is_never_believed()
    {
        Assert.Null(ClientAddress.Of(Request("127.0.0.1", ("X-Forwarded-For", "192.0.2.7")), BehindProxy));
        Assert.Null(ClientAddress.Of(Request("127.0.0.1", ("X-Forwarded-For", "192.0.2.7")), TestSettings.Of().Http));
    }

    [Theory]
    [InlineData("192.0.2.9", "192.0.2.9")]
    [InlineData("::ffff:192.0.2.9", "192.0.2.9")]
    [InlineData("127.0.0.1", null)]
    [InlineData("::1", null)]
    [InlineData("::ffff:127.0.0.1", null)]
    [InlineData(null, null)]
    public void Without_the_setting_only_the_peer_counts_whatever_a_caller_claims(string? peer, string? address) =>
        Assert.Equal(address, ClientAddress.Of(Request(peer, ("X-Real-IP", "192.0.2.7")), TestSettings.Of().Http)?.ToString());

    [Fact]
    public void The_proxy_overwrites_what_a_caller_sent()
    {
        var template = File.ReadAllLines(Path.Combine(Repository.Find().Root, "infra", "nginx", "portal.locations.template"));

        Assert.Contains("proxy_set_header X-Real-IP $remote_addr;", template);
        // A Functions host waits in vain for a call with a number that it did not give.
        Assert.Contains("proxy_set_header x-ms-invocation-id \"\";", template);
        Assert.DoesNotContain(template, line => line.Contains("X-Forwarded-For", StringComparison.Ordinal));
    }

    private static HttpRequest Request(string? peer, params (string Name, StringValues Value)[] headers)
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = peer is null ? null : IPAddress.Parse(peer);
        foreach (var (name, value) in headers)
        {
            http.Request.Headers[name] = value;
        }

        return http.Request;
    }
}
