using System.Text;
using System.Text.Json;
using Ssp.Audit;
using Ssp.Tests.Support;

namespace Ssp.Tests.Audit.Forwarding;

/// <summary>The trail on its way into a file of lines.</summary>
public sealed class ForwardedFileTests(Stack stack)
{
    private readonly string path = Path.Combine(stack.NewFolder("forwarded"), "audit.jsonl");

    private string Address => new Uri(path).AbsoluteUri;

    [Fact]
    public async Task Each_event_is_a_line_of_JSON_in_a_file_for_its_owner_only()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        await trail.AddAsync(2);
        var forwarder = new OwnForwarder(trail, Address);

        await forwarder.RunAsync();
        await trail.AddAsync(1);
        await forwarder.RunAsync();

        Assert.Equal(OwnForwarder.PlacesOf(trail.Organization, await trail.AllAsync()), (await File.ReadAllLinesAsync(path)).Select(OwnForwarder.PlaceOf));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Empty(forwarder.Told);
    }

    [Fact]
    public async Task Whoever_has_the_file_can_reckon_the_hashes()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        await trail.Store.AppendAsync(
            OwnTrail.Somebody, new AuditAction("roles_changed", "\"Zoë\" <z@x> 😀\u2028\u0001", trail.Organization, "a → b"), AuditResult.Done);
        await trail.AddAsync(2);

        await new OwnForwarder(trail, Address).RunAsync();

        var previous = AuditHash.Beginning;
        foreach (var line in await File.ReadAllLinesAsync(path))
        {
            using var json = JsonDocument.Parse(line);
            Assert.Equal(previous, json.RootElement.GetProperty("previous").GetString());
            previous = AuditHash.Of(previous, json.RootElement.GetProperty("event").GetRawText());
            Assert.Equal(previous, json.RootElement.GetProperty("hash").GetString());
        }

        Assert.Equal((await trail.AllAsync())[^1].Hash, previous);
    }

    [Fact]
    public async Task A_file_that_was_renamed_away_is_followed_by_a_new_one_and_no_line_is_missing()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        var forwarder = new OwnForwarder(trail, Address);
        await trail.AddAsync(2);
        await forwarder.RunAsync();

        File.Move(path, $"{path}.1");
        await trail.AddAsync(2);
        await forwarder.RunAsync();

        string[] lines = [.. await File.ReadAllLinesAsync($"{path}.1"), .. await File.ReadAllLinesAsync(path)];
        Assert.Equal(OwnForwarder.PlacesOf(trail.Organization, await trail.AllAsync()), lines.Select(OwnForwarder.PlaceOf));
        Assert.Equal(2, (await File.ReadAllLinesAsync(path)).Length);
    }

    [Fact]
    public async Task After_half_a_line_of_a_portal_that_was_killed_the_event_has_a_line_of_its_own()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        await File.WriteAllTextAsync(path, """{"chain":"x","num""");
        await trail.AddAsync(1);

        await new OwnForwarder(trail, Address).RunAsync();

        var lines = await File.ReadAllLinesAsync(path);
        Assert.Equal("""{"chain":"x","num""", lines[0]);
        Assert.Equal(1, OwnForwarder.PlaceOf(lines[1]).Number);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_waited_for()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        var folder = Path.GetDirectoryName(path)!;
        Directory.Delete(folder);
        var forwarder = new OwnForwarder(trail, Address);
        await trail.AddAsync(2);

        await forwarder.RunAsync();
        Assert.False(forwarder.Takes);
        Directory.CreateDirectory(folder);
        await forwarder.RunAsync();

        Assert.Equal([1, 2], (await File.ReadAllLinesAsync(path)).Select(line => OwnForwarder.PlaceOf(line).Number));
        Assert.Equal(2, forwarder.Told.Count);
    }

    [Fact]
    public async Task An_event_that_somebody_edited_is_told_as_it_lies_there_in_one_line()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        await trail.AddAsync(3);
        await trail.TamperAsync(OwnTrail.KeyOf(1), row => row["Text"] = "no JSON\n{\"chain\":\"forged\"}");
        await trail.TamperAsync(OwnTrail.KeyOf(2), row => row["Text"] = "{\n\"chain\":\n\"forged\"}");

        await new OwnForwarder(trail, Address).RunAsync();

        var lines = await File.ReadAllLinesAsync(path);
        Assert.Equal([1, 2, 3], lines.Select(line => OwnForwarder.PlaceOf(line).Number));
        Assert.All(lines, line => Assert.Equal(trail.Organization, OwnForwarder.PlaceOf(line).Chain));
        Assert.Contains("no JSON", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_the_longest_event_a_message_of_syslog_is_cut_and_says_so_and_the_line_is_whole()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        var longest = new AuditAction("member_added", new string('é', 9_000), trail.Organization, string.Concat(Enumerable.Repeat("😀\"é", 9_000)));
        await trail.Store.AppendAsync(new AuditActor(new string('€', 999)), longest, AuditResult.Done);
        await using var collector = SyslogCollector.Start();

        await new OwnForwarder(trail, Address).RunAsync();
        await new OwnForwarder(trail, collector.AddressOver("tcp")).RunAsync();

        var stored = (await trail.AllAsync())[0];
        var message = Assert.Single(collector.Messages);
        Assert.Contains(stored.Text, Assert.Single(await File.ReadAllLinesAsync(path)), StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(message), 2_048, 8_192);
        Assert.Contains("\"cut\":true", message, StringComparison.Ordinal);
        Assert.Equal((trail.Organization, 1, stored.Hash), OwnForwarder.PlaceOf(message));
    }
}
