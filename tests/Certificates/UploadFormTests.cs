using System.Net;
using System.Net.Sockets;
using System.Text;
using Ssp.Certificates;
using Ssp.Certificates.P12;
using Ssp.Identity;
using Ssp.Tests.Support;

namespace Ssp.Tests.Certificates;

/// <summary>What is taken in and what is not, before any check.</summary>
public sealed class UploadFormTests(Stack stack) : IAsyncLifetime
{
    private Organization organization = null!;
    private Person cato = null!;

    public async ValueTask InitializeAsync()
    {
        organization = await stack.Portal.NewOrganizationAsync();
        cato = await stack.Portal.SignInAsync(organization, Role.CertificateEditor);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_file_of_the_greatest_size_is_taken_and_one_byte_more_is_not()
    {
        var most = await SendAsync(Uploads.Form(new byte[P12Limits.MaxBytes], "x"));
        var more = await SendAsync(Uploads.Form(new byte[P12Limits.MaxBytes + 1], "x"));

        Assert.Equal(HttpStatusCode.Accepted, most.Status);
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "file_too_large"), (more.Status, more.Code));
        Assert.Single((await cato.GetAsync($"organizations/{organization.Id}/certificates")).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task What_is_too_large_is_refused_before_it_has_come_in()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(cato.BaseUrl.Host, cato.BaseUrl.Port);
        await using var stream = client.GetStream();
        // Fifty megabytes are announced and a part of one is sent: an answer comes only if the portal does not wait for the rest.
        var head = $"POST /ssp/api/organizations/{organization.Id}/certificates HTTP/1.1\r\nHost: {cato.BaseUrl.Authority}\r\n"
            + $"Cookie: ssp-session={cato.Cookie}\r\nX-CSRF-Token: {cato.CsrfToken}\r\n"
            + "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 50000000\r\n\r\n"
            + "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.p12\"\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        await stream.WriteAsync(new byte[P12Limits.MaxBytes + 4096]);

        var answer = new byte[4096];
        var length = await stream.ReadAtLeastAsync(answer, 12);

        Assert.Equal("HTTP/1.1 413", Encoding.ASCII.GetString(answer, 0, length)[..12]);
    }

    [Fact]
    public async Task A_field_that_is_missing_or_wrong_is_named()
    {
        Assert.Equal(["file"], (await SendAsync(Uploads.Form(null, "x"))).Fields);
        Assert.Equal(["file"], (await SendAsync(Uploads.Form([], "x"))).Fields);
        Assert.Equal(["password"], (await SendAsync(Uploads.Form([1], null))).Fields);
        Assert.Equal(["password"], (await SendAsync(Uploads.Form([1], new string('x', 1025)))).Fields);
        var unknown = Uploads.Form([1], "x");
        unknown.Add(new StringContent("y"), "organization");
        Assert.Equal(["organization"], (await SendAsync(unknown)).Fields);
        var notText = Uploads.Form([1], null);
        notText.Add(new ByteArrayContent([0xff, 0xfe]), "password");
        Assert.Equal(["password"], (await SendAsync(notText)).Fields);
    }

    [Theory]
    [InlineData('x')]
    [InlineData('é')]
    [InlineData('漢')]
    public async Task A_password_may_have_as_many_characters_as_is_said_whatever_characters_they_are(char character)
    {
        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(Uploads.Form([1], new string(character, 1024)))).Status);
        Assert.Equal(["password"], (await SendAsync(Uploads.Form([1], new string(character, 1025)))).Fields);
    }

    [Fact]
    public async Task An_empty_password_is_a_password() =>
        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(Uploads.Form([1], ""))).Status);

    [Fact]
    public async Task What_is_no_form_is_refused()
    {
        var json = await cato.PostAsync($"organizations/{organization.Id}/certificates", new { file = "x" });
        var broken = new ByteArrayContent(Encoding.ASCII.GetBytes("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nabc"));
        broken.Headers.ContentType = new("multipart/form-data") { Parameters = { new("boundary", "x") } };

        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "multipart_expected"), (json.Status, json.Code));
        Assert.Equal((HttpStatusCode.BadRequest, "form_broken"), await SendAsync(broken) is var answer ? (answer.Status, answer.Code) : default);
    }

    [Fact]
    public async Task More_files_than_the_setting_allows_have_to_wait()
    {
        await using var strict = await TestPortal.StartAsync(stack, new() { ["CertificateUploadsPerHour"] = "2" });
        var own = await strict.NewOrganizationAsync();
        var person = await strict.SignInAsync(own, Role.CertificateEditor);

        var answers = new List<Answer>();
        for (var count = 0; count < 3; count++)
        {
            answers.Add(await person.UploadAsync(own, [1]));
        }

        Assert.Equal([HttpStatusCode.Accepted, HttpStatusCode.Accepted, HttpStatusCode.TooManyRequests], answers.Select(answer => answer.Status));
        Assert.NotNull(answers[2].Message.Headers.RetryAfter);
    }

    [Theory]
    [InlineData("NIHII-HOSPITAL=71000436 20260101-101010.p12", "NIHII-HOSPITAL=71000436 20260101-101010.p12")]
    [InlineData(@"C:\Users\cato\ehealth\keystore\a.p12", "a.p12")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("a\u202Egpj.p12\u0000\r\n", "agpj.p12")]
    [InlineData("e\u0301.p12", "é.p12")]
    [InlineData(" / ", "certificate.p12")]
    public void A_file_s_name_becomes_a_label(string name, string label) => Assert.Equal(label, UploadForm.LabelOf(name));

    [Fact]
    public void A_long_name_is_cut_and_keeps_its_ending()
    {
        var label = UploadForm.LabelOf($"{new string('x', 118)}𝄞𝄞𝄞.acc-p12");

        Assert.InRange(label.Length, 100, 120);
        Assert.EndsWith("….acc-p12", label, StringComparison.Ordinal);
        Assert.True(label.IsNormalized());
    }

    private Task<Answer> SendAsync(HttpContent form) => cato.SendAsync(HttpMethod.Post, $"organizations/{organization.Id}/certificates", form);
}
