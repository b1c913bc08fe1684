using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Ssp.Tests.Support;

namespace Ssp.Tests.BlackBox;

/// <summary>The file says what HD4DP's database says, neither more nor less, in every version and every format.</summary>
[Collection("The demo over HTTP")]
public sealed class CsvExportTests(Stack stack) : DemoTest(stack)
{
    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    [Theory]
    [InlineData("1", "hd4dp")]
    [InlineData("2", "hd4dp")]
    [InlineData("1", "excel")]
    [InlineData("2", "excel")]
    [InlineData("1", "rfc4180")]
    [InlineData("2", "rfc4180")]
    public async Task Every_value_of_every_registration_is_in_the_file(string version, string profile)
    {
        var organization = await OrganizationOfAsync("bo");
        var bytes = await ExportAsync(version, profile);
        await using var localdwh = Open((await DemoAsync()).Localdwh);
        var expected = await Warehouse.ReadAsync(localdwh, organization.Nihdi, Registrations.Collection, version);

        var content = bytes.AsSpan();
        Assert.Equal(profile == "excel", content.StartsWith(ByteOrderMark));
        var file = CsvFile.Read(profile == "excel" ? content[3..] : content, profile == "rfc4180" ? ',' : ';');
        if (profile == "excel")
        {
            Assert.DoesNotContain(file.Lines, line => line.Values.Any(CsvFile.RunsAsFormula));
            Assert.Contains(file.Lines, line => line.Values.Any(text => text.StartsWith('\'')));
            file = file.AsItWas();
        }

        Assert.NotEmpty(expected);
        Assert.Equal(expected.Count, file.Lines.Count);
        Assert.All(expected.Zip(file.Lines), pair => Assert.Equal(pair.First.OrderBy(one => one.Key), pair.Second.OrderBy(one => one.Key)));
        Assert.Equal(
            (await Warehouse.ColumnsAsync(localdwh, organization.Nihdi, Registrations.Collection, version)).Order(StringComparer.Ordinal),
            file.Header.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_demo_holds_what_makes_a_file_difficult()
    {
        var organization = await OrganizationOfAsync("bo");
        await using var localdwh = Open((await DemoAsync()).Localdwh);

        var values = (await Warehouse.ReadAsync(localdwh, organization.Nihdi, Registrations.Collection, "2")).SelectMany(one => one).ToList();

        Assert.Contains(values, one => one.Value.Contains('\n', StringComparison.Ordinal));
        Assert.Contains(values, one => one.Value.Contains('"', StringComparison.Ordinal));
        Assert.Contains(values, one => one.Value.Contains(';', StringComparison.Ordinal));
        Assert.Contains(values, one => one.Value.StartsWith('='));
        Assert.Contains(values, one => one.Value.Contains("👍", StringComparison.Ordinal));
        Assert.Contains(values, one => one is { Key: "CD_MODULATOR", Value: "IVA|TEZ" });
        Assert.Contains(values, one => one.Key == "HOSPITALISATION|DT_ADMISSION|1");
        Assert.Contains(values, one => one.Key == "CD_GERM" && one.Value.Contains('|', StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_registries_offered_are_those_the_database_has()
    {
        var bo = await SignInAsync("bo");
        var organization = await OrganizationOfAsync("bo");
        await using var localdwh = Open((await DemoAsync()).Localdwh);
        var first = await Warehouse.ReadAsync(localdwh, organization.Nihdi, Registrations.Collection, "1");
        var second = await Warehouse.ReadAsync(localdwh, organization.Nihdi, Registrations.Collection, "2");

        var registry = Assert.Single((await bo.GetAsync($"organizations/{organization.OrganizationId}/registries")).Json.GetProperty("items").EnumerateArray());

        var collection = Assert.Single(registry.GetProperty("collections").EnumerateArray());
        Assert.Equal("BCFR", registry.GetProperty("project").GetString());
        Assert.Equal(Registrations.Collection, collection.GetProperty("name").GetString());
        Assert.Equal(["1", "2"], collection.GetProperty("versions").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal(first.Count + second.Count, collection.GetProperty("registrations").GetInt64());
    }

    private async Task<byte[]> ExportAsync(string version, string profile)
    {
        var person = await SignInAsync("bo");
        var exports = $"organizations/{(await OrganizationOfAsync("bo")).OrganizationId}/exports";
        var asked = await person.PostAsync(exports, new { kind = "csv", project = "BCFR", collection = Registrations.Collection, version, profile });
        Assert.Equal(HttpStatusCode.Accepted, asked.Status);
        var id = asked.Json.GetProperty("export").GetProperty("id").GetString()!;
        Assert.Equal($"/ssp/api/{exports}/{id}", asked.Message.Headers.Location!.OriginalString);

        var over = await person.WaitForExportAsync((await OrganizationOfAsync("bo")).OrganizationId, id);
        Assert.True(over.GetProperty("state").GetString() == "succeeded", over.ToString());
        Assert.Equal(100, over.GetProperty("progress").GetInt32());
        Assert.Equal(JsonValueKind.Null, over.GetProperty("error").ValueKind);
        Assert.Equal(person.Email, over.GetProperty("requestedBy").GetString());
        Assert.EndsWith("Z", over.GetProperty("requestedAt").GetString()!, StringComparison.Ordinal);
        var file = await person.GetAsync($"{exports}/{id}/file");
        Assert.Equal(HttpStatusCode.OK, file.Status);
        Assert.Equal("text/csv", file.Message.Content.Headers.ContentType!.MediaType);
        Assert.Equal(
            over.GetProperty("fileName").GetString(),
            file.Message.Content.Headers.ContentDisposition!.FileNameStar ?? file.Message.Content.Headers.ContentDisposition.FileName);
        Assert.Equal(over.GetProperty("bytes").GetInt64(), file.Bytes.LongLength);
        Assert.Equal(over.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(file.Bytes)));
        Assert.Equal(over.GetProperty("rows").GetInt64(), CsvFile.Read(file.Bytes, profile == "rfc4180" ? ',' : ';').Lines.Count);
        Assert.Equal(HttpStatusCode.NoContent, (await person.DeleteAsync($"{exports}/{id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await person.GetAsync($"{exports}/{id}")).Status);
        return file.Bytes;
    }
}
