using System.Net;
using System.Text.Json;
using Ssp.Identity;
using Ssp.Tests.Certificates;
using Ssp.Tests.Support;

namespace Ssp.Tests.Jobs;

/// <summary>Work whose message failed every time is not lost from sight: it says so in words, and whoever may ask for it can have it tried again.</summary>
public sealed class GivenUpTests(Stack stack) : IAsyncLifetime
{
    private readonly string keys = stack.NewFolder("keys");
    private TestPortal idle = null!;

    // Its queues fill up, as if every try failed.
    public async ValueTask InitializeAsync() => idle = await TestPortal.StartAsync(
        stack,
        new()
        {
            ["KeysFolder"] = keys,
            ["AzureWebJobs:BuildExport:Disabled"] = "true",
            ["AzureWebJobs:CheckCertificate:Disabled"] = "true",
            ["AzureWebJobs:ValidateNight:Disabled"] = "true",
        });

    public ValueTask DisposeAsync() => idle.DisposeAsync();

    [Fact]
    public async Task An_export_says_that_it_was_given_up_and_run_again_is_another_that_succeeds()
    {
        var organization = await idle.NewOrganizationAsync();
        await stack.Owner.AddAsync(organization.Nihdi, [("A", "1")]);
        var person = await idle.SignInAsync(organization, Role.CsvUploadManager);
        var exports = $"organizations/{organization.Id}/exports";
        async Task<string> RequestAsync()
        {
            var asked = await person.PostAsync(exports, new { kind = "csv", project = "BCFR", collection = Registrations.Collection, version = "1" });
            Assert.True(asked.Status == HttpStatusCode.Accepted, asked.Text);
            return asked.Json.GetProperty("export").Text("id");
        }

        var first = await RequestAsync();
        await stack.MoveToPoisonAsync(idle.Storage.ExportQueue);
        var failed = await UntilAsync(() => person.GetAsync($"{exports}/{first}"), export => export.Text("state") == "failed");
        var again = await RequestAsync();
        await using var working = await TestPortal.StartAsync(stack, new() { ["StoragePrefix"] = idle.Prefix, ["KeysFolder"] = keys });
        var succeeded = await UntilAsync(() => person.GetAsync($"{exports}/{again}"), export => export.Text("state") == "succeeded");

        Assert.Equal(
            "The export failed several times, and the portal gave up. Run it again; if it fails again, tell your IT department.", failed.Text("error"));
        Assert.NotEqual(first, again);
        Assert.Equal(1, succeeded.GetProperty("rows").GetInt64());
        Assert.Equal("failed", (await person.GetAsync($"{exports}/{first}")).Json.Text("state"));
    }

    [Fact]
    public async Task A_check_says_that_it_was_given_up_and_try_again_checks_and_publishes()
    {
        var (organization, cato) = await idle.HospitalAsync();
        var id = (await cato.UploadAsync(organization, Uploads.Good(organization))).IdOfCertificate();
        var certificate = $"organizations/{organization.Id}/certificates/{id}";

        await stack.MoveToPoisonAsync(idle.Storage.CertificateQueue);
        var failed = await UntilAsync(() => cato.GetAsync(certificate), one => one.Text("status") == "failed");
        var asked = await cato.PostAsync($"{certificate}/check", new { });
        await using var working = await TestPortal.StartAsync(stack, new() { ["StoragePrefix"] = idle.Prefix, ["KeysFolder"] = keys });
        var end = await cato.WaitForCertificateAsync(organization, id);

        Assert.Equal(
            "The check failed several times, and the portal gave up. Try again; if it fails again, tell your IT department.",
            failed.GetProperty("latest").Text("message"));
        Assert.True(failed.GetProperty("canCheck").GetBoolean());
        Assert.Equal(HttpStatusCode.Accepted, asked.Status);
        Assert.Equal(("active", true), (end.Text("status"), end.GetProperty("isActive").GetBoolean()));
    }

    [Fact]
    public async Task A_nightly_validation_says_that_it_was_given_up_and_check_now_succeeds()
    {
        var organization = await idle.NewOrganizationAsync();
        await stack.Owner.AddImplantAsync(organization.Nihdi, Implants.NewCode());
        var person = await idle.SignInAsync(organization, Role.NippinManager);
        var room = $"organizations/{organization.Id}/nippin";
        bool IsOver(JsonElement registries, string state) => Registry(registries).Text("state") == state;

        Assert.Equal(HttpStatusCode.Accepted, (await person.PostAsync($"{room}/run", new { registry = Implants.Registry })).Status);
        await stack.MoveToPoisonAsync(idle.Storage.NippinQueue);
        var failed = await UntilAsync(() => person.GetAsync($"{room}/registries"), registries => IsOver(registries, "failed"));
        var asked = await person.PostAsync($"{room}/run", new { registry = Implants.Registry });
        await using var working = await TestPortal.StartAsync(stack, new() { ["StoragePrefix"] = idle.Prefix, ["KeysFolder"] = keys });
        var succeeded = await UntilAsync(() => person.GetAsync($"{room}/registries"), registries => IsOver(registries, "succeeded"));

        Assert.Equal(
            "The validation failed several times, and the portal gave up. Check now again; if it fails again, tell your IT department.",
            Registry(failed).Text("problem"));
        Assert.Equal(HttpStatusCode.Accepted, asked.Status);
        Assert.Equal(1, Registry(succeeded).GetProperty("counts").GetProperty("not_found").GetInt64());
    }

    private static JsonElement Registry(JsonElement registries) =>
        registries.GetProperty("items").EnumerateArray().Single(one => one.Text("registry") == Implants.Registry);

    private static async Task<JsonElement> UntilAsync(Func<Task<Answer>> look, Func<JsonElement, bool> seen)
    {
        var answer = await look();
        for (var attempt = 0; !seen(answer.Json); attempt++)
        {
            Assert.True(attempt < 600, answer.Text);
            await Task.Delay(50);
            answer = await look();
        }

        return answer.Json;
    }
}
