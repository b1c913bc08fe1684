using Ssp.Dev;
using Ssp.Tests.Hosting;
using Ssp.Tests.Support;

namespace Ssp.Tests.Certificates;

/// <summary>HD4DP's folder on a small disk of the portal's own, which the test fills and makes read-only.</summary>
[Trait("Run", "full")]
public sealed class FullFolderTests(Stack stack)
{
    [Theory]
    [InlineData("size=64k", "dd if=/dev/zero of=full bs=1k count=64 2>/dev/null || true", "rm full")]
    [InlineData("nr_inodes=3", "touch full more", "rm full more")]
    [InlineData("ro", "true", "mount -o remount,rw $PWD")]
    public async Task A_folder_that_takes_no_more_files_is_told_nothing_half_written_is_left_and_the_delivery_is_made_up_for(
        string options, string trouble, string remedy)
    {
        var folder = stack.NewFolder("hd4dp");
        await using var beside = await PortalProcess.BesideAsync(stack);
        var (organization, known) = await beside.HospitalAsync();
        await using var portal = await PortalProcess.StartAsync(
            stack, beside,
            new() { ["CertificateDeliveryFolder"] = folder, ["CertificateDeliveryPassword"] = "file", ["WatchCertificatesSchedule"] = "* * * * * *" },
            [
                "unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
                $"mount -t tmpfs -o {options} none {folder} && (cd {folder} && {trouble}) && exec \"$@\"", "sh",
            ]);
        var cato = await portal.SignInAsync(known);

        var id = (await cato.AddCertificateAsync(organization, Uploads.Good(organization))).Text("id");
        await Eventually.Is(async () => await StateAsync(cato, organization.Id, id) == "failed", "the delivery failed");
        var failed = await cato.GetAsync($"organizations/{organization.Id}/certificates/{id}");
        var left = await InsideAsync(portal, folder, "ls -A");
        await InsideAsync(portal, folder, remedy);
        await Eventually.Is(async () => await StateAsync(cato, organization.Id, id) == "delivered", "the delivery is made up for");

        Assert.Equal("active", failed.Json.Text("status"));
        Assert.Contains(folder, failed.Json.GetProperty("delivery").Text("message"), StringComparison.Ordinal);
        Assert.DoesNotContain(left.Split('\n', StringSplitOptions.RemoveEmptyEntries), name => name is not ("full" or "more"));
        Assert.Equal(2, (await InsideAsync(portal, folder, "ls -A")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    private static async Task<string?> StateAsync(Person person, string organizationId, string id) =>
        (await person.GetAsync($"organizations/{organizationId}/certificates/{id}")).Json.GetProperty("delivery").GetProperty("state").GetString();

    // In the folder as the portal sees it.
    private static Task<string> InsideAsync(PortalProcess portal, string folder, string command) =>
        ChildProcess.RunAsync(["nsenter", "--target", $"{portal.ProgramId}", "--user", "--mount", "sh", "-c", $"cd {folder} && {command}"], "/");
}
