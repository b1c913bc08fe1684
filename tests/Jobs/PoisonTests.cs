using System.Text;
using Azure.Storage.Queues;
using Ssp.Identity;
using Ssp.Jobs;
using Ssp.Tests.Certificates;
using Ssp.Tests.Hosting;
using Ssp.Tests.Support;

namespace Ssp.Tests.Jobs;

/// <summary>Messages in the portal's own queues that no portal wrote.</summary>
public sealed class PoisonTests(Stack stack)
{
    private const string NoBase64 = "not base64!";

    private static readonly IReadOnlyList<string> Poison =
    [
        NoBase64,
        Convert.ToBase64String([0xFF, 0xFE, 0x00, 0xC3, 0x28]),
        Encoded("garbage"),
        Encoded("null"),
        Encoded("[]"),
        Encoded("{}"),
        Encoded("""{"nonsense":1}"""),
        Encoded("{\"organizationId\":\"abc"),
        Encoded(" "),
        Encoded("""{"kind":"of another release","version":9}"""),
        Encoded("""{"organizationId":"../../x","exportId":"y","certificateId":"y","registry":"y","date":"2026-11-25"}"""),
        // As large as a message may be.
        Encoded(new string('x', 48 * 1024)),
    ];

    [Theory]
    [InlineData("exports")]
    [InlineData("certificates")]
    [InlineData("nippin")]
    public async Task A_queue_puts_aside_what_is_none_of_ours_says_why_and_goes_on(string name)
    {
        await using var portal = await TestPortal.StartAsync(
            stack,
            new()
            {
                ["AzureFunctionsJobHost:extensions:queues:visibilityTimeout"] = "00:00:00",
                ["AzureFunctionsJobHost:extensions:queues:maxDequeueCount"] = "2",
            });
        var organization = await portal.NewOrganizationAsync();
        var queue = new QueueClient(stack.Storage, $"{portal.Prefix}-{name}");
        foreach (var message in Poison)
        {
            await queue.SendMessageAsync(message);
        }

        await WorkAsync(portal, name, organization);

        await Eventually.Is(async () => (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount == 0, "the queue is empty");
        // What cannot even be decoded stays in the poison queue for somebody to look at; the rest was read there and put aside,
        // each with one sentence and without further tries.
        var poison = new QueueClient(stack.Storage, $"{portal.Prefix}-{name}-poison");
        await Eventually.Is(async () => (await poison.GetPropertiesAsync()).Value.ApproximateMessagesCount == 1, "one message is left in the poison queue");
        Assert.Contains(portal.Log, line => line.EndsWith($"of {queue.Name} moved to {poison.Name}: it is not base64", StringComparison.Ordinal));
        Assert.Equal(Poison.Count - 1, portal.Log.Count(line => line.EndsWith("is none of ours; it was put aside", StringComparison.Ordinal)));
        Assert.DoesNotContain(portal.Log,
            line => line.Contains("it failed every time", StringComparison.Ordinal) || line.Contains("Exception", StringComparison.Ordinal));
    }

    private static string Encoded(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    // Work of the queue's own kind, which stands behind the poison.
    private async Task WorkAsync(TestPortal portal, string name, Organization organization)
    {
        switch (name)
        {
            case "exports":
                await stack.Owner.AddAsync(organization.Nihdi, [("A", "1")]);
                var bo = await portal.SignInAsync(organization, Role.CsvUploadManager);
                var export = await bo.ExportAsync(
                    organization.Id, new { kind = "csv", project = "BCFR", collection = Registrations.Collection, version = "1" });
                Assert.Equal("succeeded", export.Text("state"));
                break;
            case "certificates":
                var cato = await portal.SignInAsync(organization, Role.CertificateEditor);
                Assert.Equal("active", (await cato.AddCertificateAsync(organization, Uploads.Good(organization))).Text("status"));
                break;
            default:
                Assert.Equal(JobState.Succeeded, (await portal.ValidateAsync(organization, Implants.Registry)).State);
                break;
        }
    }
}
