using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Certificates;
using Ssp.Identity;
using Ssp.Storage;
using Ssp.Tests.Support;

namespace Ssp.Tests.Certificates;

/// <summary>What HD4DP finds in its folder.</summary>
[Trait("Run", "full")]
public sealed class DeliveryTests(Stack stack)
{
    [Fact]
    public async Task The_active_certificate_lies_in_the_folder_under_ehealth_s_kind_of_name_for_its_owner_only()
    {
        var (portal, folder) = await StartAsync("file");
        await using var own = portal;
        var (organization, cato) = await own.HospitalAsync();
        var file = Uploads.Good(organization);

        var id = (await cato.AddCertificateAsync(organization, file)).Text("id");
        await UntilAsync(cato, organization, id, "delivered");
        var certificate = await cato.ShowCertificateAsync(organization, id);

        var name = certificate.GetProperty("delivery").Text("fileName");
        Assert.Matches($"^NIHII-HOSPITAL={organization.Nihdi} [0-9]{{8}}-[0-9]{{6}}[.]p12$", name);
        Assert.Equal([name, name + ".password"], Names(folder));
        Assert.Equal(file, File.ReadAllBytes(Path.Combine(folder, name)));
        Assert.Equal(Uploads.Password, File.ReadAllText(Path.Combine(folder, name + ".password")));
        Assert.All(Directory.GetFiles(folder), path => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path)));
        Assert.Equal($"Delivered to HD4DP as {name}.", (await cato.LogAsync(organization, id))[^1].Text("message"));
        Assert.Equal("active", (await cato.LogAsync(organization, id))[^1].Text("status"));
    }

    [Fact]
    public async Task The_password_is_left_out_unless_the_setting_says_otherwise()
    {
        var (portal, folder) = await StartAsync();
        await using var own = portal;
        var (organization, cato) = await own.HospitalAsync();

        var id = (await cato.AddCertificateAsync(organization, Uploads.Good(organization))).Text("id");
        await UntilAsync(cato, organization, id, "delivered");

        Assert.EndsWith(".p12", Assert.Single(Names(folder)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_later_version_and_a_roll_back_replace_the_file()
    {
        var (portal, folder) = await StartAsync("file");
        await using var own = portal;
        var (organization, cato) = await own.HospitalAsync();
        var (one, two) = (Uploads.Good(organization, serial: 1), Uploads.Good(organization, serial: 2));

        var first = (await cato.AddCertificateAsync(organization, one)).Text("id");
        await UntilAsync(cato, organization, first, "delivered");
        var second = (await cato.AddCertificateAsync(organization, two)).Text("id");
        await UntilAsync(cato, organization, second, "delivered");
        var later = Content(folder);
        await Task.Delay(1_100);
        await cato.PostAsync($"organizations/{organization.Id}/certificates/{first}/activate", new { reason = "back" });
        var back = Content(folder);

        Assert.Equal(two, later.Bytes);
        Assert.Equal(one, back.Bytes);
        Assert.Equal(2, Names(folder).Count);
        // Who takes the newest date takes the active one.
        Assert.True(string.CompareOrdinal(back.Name, later.Name) > 0);
    }

    [Fact]
    public async Task When_the_password_is_no_longer_to_be_delivered_its_file_goes()
    {
        var prefix = TestPortal.NewPrefix();
        var keys = stack.NewFolder("keys");
        var folder = stack.NewFolder("hd4dp");
        Dictionary<string, string> Settings(string password) =>
            new() { ["StoragePrefix"] = prefix, ["KeysFolder"] = keys, ["CertificateDeliveryFolder"] = folder, ["CertificateDeliveryPassword"] = password };
        await using (var before = await TestPortal.StartAsync(stack, Settings("file")))
        {
            var (organization, cato) = await before.HospitalAsync();
            var id = (await cato.AddCertificateAsync(organization, Uploads.Good(organization))).Text("id");
            await UntilAsync(cato, organization, id, "delivered");
        }

        Assert.Equal(2, Names(folder).Count);
        await using var after = await TestPortal.StartAsync(stack, Settings("none"));
        await WatchAsync(after);

        Assert.EndsWith(".p12", Assert.Single(Names(folder)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_that_others_can_read_is_delivered_again()
    {
        var (portal, folder) = await StartAsync();
        await using var own = portal;
        var (organization, cato) = await own.HospitalAsync();
        var id = (await cato.AddCertificateAsync(organization, Uploads.Good(organization))).Text("id");
        await UntilAsync(cato, organization, id, "delivered");
        var path = Path.Combine(folder, Content(folder).Name);
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.OtherRead);

        await WatchAsync(own);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task A_certificate_does_not_count_as_delivered_while_its_file_is_only_on_its_way()
    {
        var (portal, _) = await StartAsync();
        await using var own = portal;
        var store = own.Services.GetRequiredService<CertificateStore>();
        var onItsWay = new List<DeliveryState>();
        for (var round = 0; round < 10; round++)
        {
            var (organization, cato) = await own.HospitalAsync();
            using var delivered = new CancellationTokenSource();
            var watching = Task.Run(async () =>
            {
                while (!delivered.IsCancellationRequested)
                {
                    if (await store.FindDeliveryAsync(organization.Id, CancellationToken.None) is { FileName: "" } state)
                    {
                        onItsWay.Add(state);
                    }
                }
            });
            var id = (await cato.AddCertificateAsync(organization, Uploads.Good(organization))).Text("id");
            await UntilAsync(cato, organization, id, "delivered");
            await delivered.CancelAsync();
            await watching;
        }

        Assert.All(onItsWay, state => Assert.Equal("", state.CertificateId));
    }

    [Fact]
    public async Task Workers_that_deliver_the_same_certificate_at_once_do_not_take_it_from_each_other()
    {
        var (portal, folder) = await StartAsync("file");
        await using var own = portal;
        var (organization, cato) = await own.HospitalAsync();
        var file = Uploads.Good(organization);
        var id = (await cato.AddCertificateAsync(organization, file)).Text("id");
        await UntilAsync(cato, organization, id, "delivered");
        var store = own.Services.GetRequiredService<CertificateStore>();
        for (var round = 0; round < 12; round++)
        {
            var before = (await store.FindDeliveryAsync(organization.Id, default))!;
            foreach (var name in new[] { before.FileName, before.FileName + ".password" })
            {
                File.Delete(Path.Combine(folder, name));
            }

            Assert.NotNull(await store.SaveDeliveryAsync(before with { FileName = "", FileOf = "", Intended = null }, default));

            await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(async () =>
            {
                await own.Services.GetRequiredService<Delivery>().DeliverAsync(organization.Id, default);
                // Whoever has delivered it, or found it delivered, finds it there.
                var after = (await store.FindDeliveryAsync(organization.Id, default))!;
                Assert.True(after.Intended is not null || File.Exists(Path.Combine(folder, after.FileName)), $"{after} and {string.Join(", ", Names(folder))}");
            })));
            var now = (await store.FindDeliveryAsync(organization.Id, default))!;

            Assert.Null(now.Intended);
            Assert.Equal(file, File.ReadAllBytes(Path.Combine(folder, now.FileName)));
            Assert.Equal(Uploads.Password, File.ReadAllText(Path.Combine(folder, now.FileName + ".password")));
            Assert.Equal(2, Names(folder).Count);
        }
    }

    [Fact]
    public async Task What_was_left_half_done_by_a_kill_is_cleared_away()
    {
        var (portal, folder) = await StartAsync();
        await using var own = portal;
        var (organization, cato) = await own.HospitalAsync();
        var file = Uploads.Good(organization);
        var id = (await cato.AddCertificateAsync(organization, file)).Text("id");
        await UntilAsync(cato, organization, id, "delivered");
        var halfWritten = Path.Combine(folder, ".ssp-new-0123");
        File.WriteAllText(halfWritten, "a part of a key");
        File.SetLastWriteTimeUtc(halfWritten, DateTime.UtcNow.AddHours(-1));
        // Killed between placing a version and noting it: the row had named it before.
        var placed = Path.Combine(folder, "NIHII-HOSPITAL=71000436 20200101-101010.p12");
        File.WriteAllText(placed, "placed and not noted");
        var store = own.Services.GetRequiredService<CertificateStore>();
        Assert.NotNull(
            await store.SaveDeliveryAsync((await store.FindDeliveryAsync(organization.Id, default))! with { Intended = Path.GetFileName(placed) }, default));

        await WatchAsync(own);

        Assert.False(File.Exists(halfWritten));
        Assert.Equal(file, Content(folder).Bytes);
        Assert.Single(Names(folder));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_copy_that_is_missing_or_different_is_delivered_again(bool missing)
    {
        var (portal, folder) = await StartAsync();
        await using var own = portal;
        var (organization, cato) = await own.HospitalAsync();
        var file = Uploads.Good(organization);
        var id = (await cato.AddCertificateAsync(organization, file)).Text("id");
        await UntilAsync(cato, organization, id, "delivered");
        var path = Path.Combine(folder, Content(folder).Name);
        File.Delete(path);
        if (!missing)
        {
            File.WriteAllText(path, "something else");
        }

        var lines = (await cato.LogAsync(organization, id)).Count;
        await WatchAsync(own);
        await WatchAsync(own);

        Assert.Equal(file, File.ReadAllBytes(path));
        Assert.Equal(lines + 1, (await cato.LogAsync(organization, id)).Count);
        Assert.StartsWith("HD4DP's copy was missing or different", (await cato.LogAsync(organization, id))[^1].Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_told_once_and_tried_again()
    {
        var (portal, folder) = await StartAsync();
        await using var own = portal;
        Directory.Delete(folder);
        var (organization, cato) = await own.HospitalAsync();
        var id = (await cato.AddCertificateAsync(organization, Uploads.Good(organization))).Text("id");
        await UntilAsync(cato, organization, id, "failed");
        await WatchAsync(own);
        var failed = await cato.ShowCertificateAsync(organization, id);
        var lines = await cato.LogAsync(organization, id);

        Directory.CreateDirectory(folder);
        await WatchAsync(own);

        Assert.Equal("active", failed.Text("status"));
        Assert.Contains(folder, failed.GetProperty("delivery").Text("message"), StringComparison.Ordinal);
        Assert.Single(lines, line => line.Text("message").StartsWith("The certificate could not be delivered", StringComparison.Ordinal));
        Assert.Equal("delivered", (await cato.ShowCertificateAsync(organization, id)).GetProperty("delivery").Text("state"));
        Assert.Single(Names(folder));
    }

    [Fact]
    public async Task Campuses_of_one_hospital_do_not_overwrite_each_other()
    {
        var (portal, folder) = await StartAsync();
        await using var own = portal;
        var (alpha, cato) = await own.HospitalAsync();
        var beta = await own.Services.GetRequiredService<OrganizationStore>()
            .AddNewAsync(OrganizationId.New(), OrganizationForm.Require("Campus", alpha.Nihdi, null), "mia", default);
        await own.SetRolesAsync(cato, beta, Role.CertificateEditor);

        var ids = await Task.WhenAll(
            cato.AddCertificateAsync(alpha, Uploads.Good(alpha, serial: 1)), cato.AddCertificateAsync(beta, Uploads.Good(alpha, serial: 2)));
        await UntilAsync(cato, alpha, ids[0].Text("id"), "delivered");
        await UntilAsync(cato, beta, ids[1].Text("id"), "delivered");
        await WatchAsync(own);

        Assert.Equal(2, Names(folder).Count);
    }

    [Fact]
    public async Task Without_a_folder_nothing_is_delivered()
    {
        var (organization, cato) = await stack.Portal.HospitalAsync();

        var certificate = await cato.AddCertificateAsync(organization, Uploads.Good(organization));

        Assert.Equal("off", certificate.GetProperty("delivery").Text("state"));
    }

    private async Task<(TestPortal Portal, string Folder)> StartAsync(string password = "none")
    {
        var folder = stack.NewFolder("hd4dp");
        // The portal's own watch would place a file a second time, at a moment of its own, while a test looks into the folder.
        return (
            await TestPortal.StartAsync(
                stack,
                new()
                {
                    ["CertificateDeliveryFolder"] = folder,
                    ["CertificateDeliveryPassword"] = password,
                    ["AzureWebJobs:WatchCertificates:Disabled"] = "true",
                }),
            folder);
    }

    private static Task WatchAsync(TestPortal portal) => ActivatorUtilities.CreateInstance<WatchCertificates>(portal.Services).Run(new TimerInfo(), default);

    private static List<string> Names(string folder) => [.. Directory.GetFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private static (string Name, byte[] Bytes) Content(string folder)
    {
        var name = Assert.Single(Names(folder), one => one.EndsWith(".p12", StringComparison.Ordinal));
        return (name, File.ReadAllBytes(Path.Combine(folder, name)));
    }

    private static async Task UntilAsync(Person person, Organization organization, string id, string state)
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            if ((await person.ShowCertificateAsync(organization, id)).GetProperty("delivery").Text("state") == state)
            {
                return;
            }

            await Task.Delay(50);
        }

        throw new TimeoutException($"The delivery of {id} was not {state} after ten seconds.");
    }
}
