using System.Text.Json;
using Ssp.Tests.Certificates;

namespace Ssp.Tests.Chaos;

/// <summary>Uploads P12 files of one organisation, good ones and some with a wrong password. Of the good ones the last must be the active one, alone.</summary>
public sealed class CertificateActor(string name, Visitor visitor, string organizationId, string nihdi) : Actor(name)
{
    private const string Password = "chaos and order 1";
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    // The newest last.
    private readonly List<(string Id, bool IsGood)> uploads = [];
    private int serial;

    /// <summary>What was uploaded, for messages that come twice and late.</summary>
    public IReadOnlyList<string> Ids
    {
        get
        {
            lock (uploads)
            {
                return [.. uploads.Select(one => one.Id)];
            }
        }
    }

    /// <summary>How many checks gave up, and were asked for again.</summary>
    public int GivenUp { get; private set; }

    protected override async Task StepAsync(Random random)
    {
        if (uploads.Count > 0 && random.Next(3) > 0)
        {
            var (id, isGood) = uploads[random.Next(uploads.Count)];
            Judge(await ShowAsync(id), isGood, isQuiet: false);
            return;
        }

        var good = random.Next(4) > 0;
        var number = ++serial;
        using var form = new MultipartFormDataContent();
        form.Add(new ByteArrayContent(FileOf(number)), "file", $"NIHII-HOSPITAL={nihdi} {number}.p12");
        form.Add(new StringContent(good ? Password : "wrong"), "password");
        var reply = await visitor.SendAsync(HttpMethod.Post, Path, form);
        if (reply.IsDone)
        {
            Acknowledge();
            Add(reply.Json.GetProperty("certificate").GetProperty("id").GetString()!, good);
            return;
        }

        if (!reply.IsLost)
        {
            Complain($"an upload was refused: {reply.Text}");
        }

        Lose();
        await visitor.ReadTruthAsync(Path);
        var unknown = (await ListAsync()).Select(IdOf).Except(Ids).ToList();
        if (unknown.Count > 1)
        {
            Complain($"one upload made {unknown.Count} certificates");
        }

        unknown.ForEach(id => Add(id, good));
    }

    protected override async Task LookAsync()
    {
        for (var begun = DateTime.UtcNow; ; await Task.Delay(Pause))
        {
            var pending = new List<string>();
            foreach (var item in await ListAsync())
            {
                var id = IdOf(item);
                if (item.GetProperty("status").GetString() == "failed" && item.GetProperty("isOver").GetBoolean())
                {
                    // It says why, and somebody asks for the check again.
                    GivenUp++;
                    if (await visitor.PostAsync($"{Path}/{id}/check", new { }) is { IsDone: false } refused)
                    {
                        throw new Violation($"a check that failed cannot be asked for again: {refused.Text}");
                    }

                    pending.Add(id);
                }
                else if (!item.GetProperty("isOver").GetBoolean())
                {
                    pending.Add(id);
                }
            }

            if (pending.Count == 0)
            {
                break;
            }

            if (DateTime.UtcNow - begun > Patience)
            {
                throw new Violation($"the checks of {string.Join(", ", pending)} have no end");
            }
        }

        var all = (await ListAsync()).ToDictionary(IdOf);
        foreach (var (id, isGood) in uploads)
        {
            if (all.TryGetValue(id, out var item))
            {
                Judge(item, isGood, isQuiet: true);
            }
            else
            {
                Complain($"the certificate {id} is gone");
            }
        }

        foreach (var id in all.Keys.Except(Ids))
        {
            Complain($"the certificate {id} was never uploaded");
        }

        var active = all.Values.Where(one => one.GetProperty("isActive").GetBoolean()).Select(IdOf).ToList();
        var expected = uploads.LastOrDefault(one => one.IsGood).Id;
        if (!active.SequenceEqual(expected is null ? [] : [expected]))
        {
            Complain($"active are {string.Join(", ", active)}, and the last good one is {expected}");
        }

        if (expected is not null)
        {
            await LookAtDeliveryAsync(expected);
        }
    }

    private string Path => $"organizations/{organizationId}/certificates";

    private static string IdOf(JsonElement certificate) => certificate.GetProperty("id").GetString()!;

    private static byte[] Made(string nihdi, int number)
    {
        var today = new DateTimeOffset(DateTimeOffset.UtcNow.Date, TimeSpan.Zero);
        return P12Maker.EHealth(
            nihdi,
            Password,
            store => store with
            {
                NotBefore = today.AddDays(-300),
                NotAfter = today.AddDays(700).AddMinutes(number),
                AuthenticationSerial = store.AuthenticationSerial + number,
            });
    }

    private byte[] FileOf(int number) => Made(nihdi, number);

    private void Add(string id, bool isGood)
    {
        lock (uploads)
        {
            uploads.Add((id, isGood));
        }
    }

    private async Task<JsonElement> ShowAsync(string id) =>
        await visitor.ReadAsync($"{Path}/{id}") is { IsDone: true } found ? found.Json : throw new Violation($"the certificate {id} cannot be seen any more");

    private Task<List<JsonElement>> ListAsync() => visitor.ListAsync(Path);

    private void Judge(JsonElement certificate, bool isGood, bool isQuiet)
    {
        var status = certificate.GetProperty("status").GetString()!;
        string[] fitting = isGood ? ["active", "unpublished"] : ["refused"];
        string[] open = isQuiet ? [] : ["waiting", "checking", "failed"];
        if (!fitting.Contains(status) && !open.Contains(status))
        {
            Complain($"the certificate {IdOf(certificate)} with {(isGood ? "the right" : "a wrong")} password is {status}");
        }
    }

    private async Task LookAtDeliveryAsync(string id)
    {
        for (var begun = DateTime.UtcNow; ; await Task.Delay(Pause))
        {
            var delivery = (await ShowAsync(id)).GetProperty("delivery");
            if (delivery.GetProperty("state").GetString() == "delivered")
            {
                return;
            }

            if (DateTime.UtcNow - begun > Patience)
            {
                throw new Violation($"the active certificate {id} is not delivered: {delivery}");
            }
        }
    }
}
