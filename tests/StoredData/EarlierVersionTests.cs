using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Backup;
using Ssp.Http;
using Ssp.Tests.Backup;
using Ssp.Tests.Support;

namespace Ssp.Tests.StoredData;

/// <summary>What earlier versions of the portal stored is read by this one, and means the same. README.md tells what the samples are.</summary>
public sealed class EarlierVersionTests(Stack stack)
{
    private static readonly string Samples = Path.Combine(Ssp.Dev.Repository.Find().Root, "tests", "StoredData");

    // A restore writes rows anew, and ends temporary passwords; signing in and downloads are noted.
    private static readonly HashSet<string> Renewed = ["etag", "lastSignIn", "temporaryUntil", "events", "head"];

    private sealed record SamplePerson(string Email, string Password);

    private sealed record Sample(DateTimeOffset MadeAt, string Passphrase, Dictionary<string, SamplePerson> People, Dictionary<string, JsonNode> Answers);

    public static TheoryData<string> Versions => [.. Directory.EnumerateDirectories(Samples).Select(folder => Path.GetFileName(folder))];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task What_an_earlier_version_stored_gives_the_same_answers(string version)
    {
        var sample = JsonSerializer.Deserialize<Sample>(
            await File.ReadAllTextAsync(Path.Combine(Samples, version, "answers.json")), JsonSerializerOptions.Web)!;
        await using var portal = await RestoreAsync(version, sample);
        var people = new Dictionary<string, Person>();
        var differences = new List<string>();

        foreach (var (question, before) in sample.Answers)
        {
            var (name, path) = (question.Split(' ')[0], question.Split(' ')[1]);
            if (!people.TryGetValue(name, out var person))
            {
                people[name] = person = new Person(portal.BaseUrl, sample.People[name].Email, sample.People[name].Password);
                await person.SignInAsync();
            }

            var now = await person.GetAsync(path);

            Assert.True(now.Status == HttpStatusCode.OK, $"{question}: {now.Status} {now.Text}");
            differences.AddRange(before is JsonValue file
                ? file.GetValue<string>() == now.Text ? [] : [$"{question}: another file"]
                : DifferencesOf(before, JsonNode.Parse(now.Text), question));
        }

        Assert.True(differences.Count == 0, string.Join(Environment.NewLine, differences));
        Assert.True(sample.Answers.Count > 20, $"Only {sample.Answers.Count} answers were compared.");
    }

    private async Task<TestPortal> RestoreAsync(string version, Sample sample)
    {
        var commands = new Commands(stack);
        var passphrase = commands.PassphraseFileOf(sample.Passphrase);
        foreach (var (word, file) in ((string, string)[])[(RestoreKeysCommand.Word, "keys.gpg"), (RestoreCommand.Word, "storage.gpg")])
        {
            var restored = await commands.RunWordsAsync(word, Path.Combine(Samples, version, file), "--passphrase-file", passphrase);
            Assert.True(restored.Code == 0, restored.Output + restored.Errors);
        }

        // At the moment of the sample, or certificates would have run out and exports expired. What waits goes on waiting.
        var clock = new MovableClock(startAt: sample.MadeAt);
        return await TestPortal.StartAsync(
            stack,
            new(commands.Settings)
            {
                ["AzureWebJobs:BuildExport:Disabled"] = "true",
                ["AzureWebJobs:CheckCertificate:Disabled"] = "true",
                ["AzureWebJobs:ValidateNight:Disabled"] = "true",
            },
            builder => builder.Services.AddSingleton<TimeProvider>(clock));
    }

    // What today's answers have beside that is new, and no difference.
    private static IEnumerable<string> DifferencesOf(JsonNode? before, JsonNode? now, string path) => (before, now) switch
    {
        (JsonObject some, JsonObject others) => some.Where(one => !Renewed.Contains(one.Key))
            .SelectMany(one => DifferencesOf(one.Value, others[one.Key], $"{path}.{one.Key}")),
        // The trail has become longer: the test itself is noted.
        (JsonArray some, JsonArray others) when path.EndsWith("/audit?limit=50.items", StringComparison.Ordinal) => some.SelectMany(
            one => DifferencesOf(one, others.SingleOrDefault(other => JsonNode.DeepEquals(other!["number"], one!["number"])), $"{path}[{one!["number"]}]")),
        (JsonArray some, JsonArray others) when others.Count == some.Count => some.SelectMany(
            (one, place) => DifferencesOf(one, others[place], $"{path}[{place}]")),
        _ => IsSame(before, now, path) ? [] : [$"{path}: {before?.ToJsonString() ?? "null"} → {now?.ToJsonString() ?? "null"}"],
    };

    // Times have had three digits of a second since, and what to do about a finding may be said better: its first sentence, with its values, stays.
    private static bool IsSame(JsonNode? before, JsonNode? now, string path) =>
        JsonNode.DeepEquals(before, now)
        || (before is JsonValue old && now is JsonValue value && old.TryGetValue<string>(out var told) && value.TryGetValue<string>(out var tells)
            && ((old.TryGetValue<DateTimeOffset>(out var time) && TimeConverter.Write(time) == tells)
                || (path.EndsWith(".message", StringComparison.Ordinal) && FirstSentence(told) == FirstSentence(tells))));

    private static string FirstSentence(string text) => text.Split(". ")[0];
}
