using System.Net;
using Ssp.Tests.Support;

namespace Ssp.Tests.BlackBox;

/// <summary>A download can be looked at first, broken off and taken up again, and is not repeated in vain.</summary>
[Collection("The demo over HTTP")]
public sealed class DownloadTests(Stack stack) : DemoTest(stack), IAsyncLifetime
{
    private Person bo = null!;
    private string address = "";
    private string export = "";
    private string sha256 = "";

    public async ValueTask InitializeAsync()
    {
        bo = await SignInAsync("bo");
        var organization = (await OrganizationOfAsync("bo")).OrganizationId;
        var made = await bo.ExportAsync(
            organization, new { kind = "csv", project = "BCFR", collection = Registrations.Collection, version = "1", profile = "rfc4180" });
        Assert.Equal("succeeded", made.GetProperty("state").GetString());
        export = $"organizations/{organization}/exports/{made.GetProperty("id")}";
        address = $"{export}/file";
        sha256 = made.GetProperty("sha256").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        await bo.DeleteAsync(export);
        Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task The_file_has_a_strong_tag_a_name_and_may_be_had_in_parts()
    {
        var whole = await bo.GetAsync(address);

        Assert.Equal($"\"{sha256}\"", whole.Message.Headers.ETag!.ToString());
        Assert.Equal("attachment", whole.Message.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("bytes", Assert.Single(whole.Message.Headers.AcceptRanges));
        Assert.True(whole.Message.Headers.CacheControl!.NoStore);
        Assert.Equal("nosniff", Assert.Single(whole.Message.Headers.GetValues("X-Content-Type-Options")));
    }

    [Theory]
    [InlineData("bytes=0-0")]
    [InlineData("bytes=10-99")]
    [InlineData("bytes=100-")]
    [InlineData("bytes=-50")]
    public async Task A_range_is_exactly_that_part(string range)
    {
        var whole = (await bo.GetAsync(address)).Bytes;

        var part = await bo.GetAsync(address, ("Range", range));

        Assert.Equal(HttpStatusCode.PartialContent, part.Status);
        var where = part.Message.Content.Headers.ContentRange!;
        Assert.Equal(whole.LongLength, where.Length);
        Assert.Equal(whole[(int)where.From!.Value..((int)where.To!.Value + 1)], part.Bytes);
    }

    [Fact]
    public async Task A_download_that_was_broken_off_goes_on_while_the_file_is_the_same()
    {
        var whole = await bo.GetAsync(address);

        var same = await bo.GetAsync(address, ("Range", "bytes=5-"), ("If-Range", $"\"{sha256}\""));
        var other = await bo.GetAsync(address, ("Range", "bytes=5-"), ("If-Range", "\"another\""));

        Assert.Equal(HttpStatusCode.PartialContent, same.Status);
        Assert.Equal(whole.Bytes[5..], same.Bytes);
        Assert.Equal(HttpStatusCode.OK, other.Status);
        Assert.Equal(whole.Bytes, other.Bytes);
    }

    [Fact]
    public async Task A_range_beyond_the_end_is_refused_with_the_length()
    {
        var beyond = await bo.GetAsync(address, ("Range", "bytes=999999999-"));

        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.Status);
        Assert.Equal((await bo.GetAsync(address)).Bytes.LongLength, beyond.Message.Content.Headers.ContentRange!.Length);
    }

    [Fact]
    public async Task Whoever_has_the_file_already_does_not_get_it_again()
    {
        var again = await bo.GetAsync(address, ("If-None-Match", $"\"{sha256}\""));

        Assert.Equal(HttpStatusCode.NotModified, again.Status);
        Assert.Empty(again.Bytes);
        Assert.Equal(HttpStatusCode.OK, (await bo.GetAsync(address, ("If-None-Match", "\"another\""))).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await bo.GetAsync(address, ("If-Match", "\"another\""))).Status);
    }

    [Fact]
    public async Task Head_says_the_same_without_the_file()
    {
        var whole = await bo.GetAsync(address);

        var head = await bo.SendAsync(HttpMethod.Head, address, null);

        Assert.Equal(HttpStatusCode.OK, head.Status);
        Assert.Empty(head.Bytes);
        Assert.Equal(whole.Bytes.LongLength, head.Message.Content.Headers.ContentLength);
        Assert.Equal(whole.Message.Headers.ETag, head.Message.Headers.ETag);
        Assert.Equal(whole.Message.Content.Headers.ContentDisposition, head.Message.Content.Headers.ContentDisposition);
    }

    [Fact]
    public async Task A_deleted_export_has_no_file_any_more()
    {
        Assert.Equal(HttpStatusCode.NoContent, (await bo.DeleteAsync(export)).Status);

        Assert.Equal(HttpStatusCode.NotFound, (await bo.GetAsync(address)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await bo.DeleteAsync(export)).Status);
    }
}
