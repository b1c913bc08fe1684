using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Npgsql;
using Ssp.Dev;
using Ssp.Dev.Demo;
using Ssp.Storage;

namespace Ssp.Tests.Chaos;

/// <summary>
/// People work at two portals while programs are killed, stopped, starved and started again. After each round all is let in peace, and everything that was
/// acknowledged must be there, once, and everything that was begun must have ended.
/// </summary>
public sealed class ChaosRun(Repository repository, string folder, int seed)
{
    private static readonly string[] Versions = ["1", "2"];
    private static readonly string[] Profiles = ["hd4dp", "excel", "rfc4180"];

    private readonly List<string> wrong = [];
    private readonly List<string> lines = [];
    private readonly List<string> general = [];

    /// <summary>What must not have happened, in sentences.</summary>
    public IReadOnlyList<string> Wrong => wrong;

    /// <summary>What happened, a line for each thing.</summary>
    public IReadOnlyList<string> Lines => lines;

    /// <summary>Changes that were acknowledged.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>Exports that succeeded with every record.</summary>
    public int Exports { get; private set; }

    /// <summary>How often each fault happened.</summary>
    public IReadOnlyDictionary<string, int> Faults { get; private set; } = new Dictionary<string, int>();

    /// <param name="registrations">Of each hospital.</param>
    /// <param name="rounds">How often there is trouble, each time for that long, and then a check.</param>
    /// <param name="trouble">
    /// How long, at least: a slow machine gets up to ten times as long, until enough was acknowledged and exported and something went wrong.
    /// </param>
    /// <param name="changes">How many acknowledged changes are enough, in each round.</param>
    /// <param name="exports">How many exports are enough, in each round.</param>
    public async Task RunAsync(int registrations, int rounds, TimeSpan trouble, Action<string>? tell = null, int changes = 0, int exports = 0)
    {
        await using var stack = await ChaosStack.StartAsync(repository, folder, registrations);
        tell?.Invoke(stack.Disk is null ? "No small disk can be mounted here: it is not filled." : "Azurite and HD4DP's folder lie on a small disk.");
        var check = new QuietCheck(stack, folder);
        var cast = await CastAsync(stack);
        tell?.Invoke("All is prepared.");
        var random = new Random(seed);
        await using var log = TextWriter.Synchronized(new StreamWriter(Path.Combine(folder, "faults.log")) { AutoFlush = true });
        var faults = new Faults(stack, () => Messages(cast), line => log.WriteLine($"{DateTime.UtcNow:HH:mm:ss.fff} {line}"));
        var peace = TimeSpan.Zero;
        for (var round = 1; round <= rounds; round++)
        {
            using (var stop = new CancellationTokenSource())
            {
                bool IsEnough() =>
                    cast.Actors.Sum(actor => actor.Acknowledged) > round * changes
                        && cast.Exports.Sum(one => one.Succeeded) > round * exports
                        && faults.Counts.Count > 0;
                Task[] all =
                [
                    faults.TroublePortalsAsync(new Random(random.Next()), TimeSpan.FromSeconds(9), stop.Token),
                    faults.TroubleTheRestAsync(new Random(random.Next()), TimeSpan.FromSeconds(7), stop.Token),
                    .. cast.Actors.Select(actor => actor.RunAsync(
                        new Random(random.Next()), actor is CertificateActor or NightActor ? TimeSpan.FromSeconds(6) : TimeSpan.FromSeconds(1), stop.Token)),
                ];
                var since = Stopwatch.GetTimestamp();
                bool IsOver() => Stopwatch.GetElapsedTime(since) >= (IsEnough() ? trouble : 10 * trouble);
                while (!all.Any(one => one.IsFaulted) && !IsOver())
                {
                    await Task.Delay(200);
                }

                await stop.CancelAsync();
                await Task.WhenAll(all);
            }

            var begun = Stopwatch.GetTimestamp();
            await CheckAsync(stack, check, cast);
            peace = Stopwatch.GetElapsedTime(begun);
            wrong.Clear();
            wrong.AddRange([.. cast.Actors.SelectMany(actor => actor.Wrong), .. stack.Wrong, .. general]);
            tell?.Invoke(string.Create(
                CultureInfo.InvariantCulture,
                $"round {round}: {trouble.TotalMinutes:F1} minutes of trouble, {cast.Actors.Sum(actor => actor.Acknowledged):N0} changes acknowledged, "
                + $"{cast.Exports.Sum(one => one.Succeeded):N0} exports succeeded, {faults.Counts.Values.Sum()} faults, "
                + $"checked in {peace.TotalSeconds:F0} s, violations: {wrong.Count}"));
        }

        Sum(cast, faults, check);
        cast.Visitors.ForEach(visitor => visitor.Dispose());
    }

    private sealed record Cast(
        IReadOnlyList<MemberActor> Members,
        IReadOnlyList<PasswordActor> Passwords,
        IReadOnlyList<CertificateActor> Certificates,
        IReadOnlyList<ExportActor> Exports,
        IReadOnlyList<NightActor> Nights,
        IReadOnlyList<(Visitor Manager, string OrganizationId)> Managers,
        IReadOnlyList<string> OrganizationOfExports,
        List<Visitor> Visitors)
    {
        public IReadOnlyList<Actor> Actors => [.. Members, .. Passwords, .. Certificates, .. Exports, .. Nights];
    }

    private static async Task<Cast> CastAsync(ChaosStack stack)
    {
        var visitors = new List<Visitor>();
        async Task<Visitor> PersonAsync(string who)
        {
            var visitor = await stack.SignInAsync(stack.Person(who));
            visitors.Add(visitor);
            return visitor;
        }

        var (first, second) = (stack.Person("daan").Memberships[0], stack.Person("bo").Memberships[0]);
        var mia = await PersonAsync("mia");
        var third = (await mia.ListAsync("organizations"))
            .Select(one => one.GetProperty("id").GetString()!)
            .First(id => id != first.OrganizationId && id != second.OrganizationId);
        await WaitForFirstNightsAsync(await PersonAsync("nina"), first.OrganizationId);
        await WaitForFirstNightsAsync(await PersonAsync("bo"), second.OrganizationId);
        async Task<NightActor> NightsAsync(string who, string organizationId)
        {
            var visitor = await PersonAsync(who);
            return new NightActor(
                $"nights-{who}",
                visitor,
                organizationId,
                NightActor.CountsOf((await visitor.ReadAsync($"organizations/{organizationId}/nippin/registries")).Json));
        }

        async Task<ExportActor> ExportsAsync(string who, DemoMembership organization, bool csv, bool nippin)
        {
            var visitor = await PersonAsync(who);
            return new ExportActor($"exports-{who}", visitor, organization.OrganizationId, await OfferAsync(stack, visitor, organization, csv, nippin));
        }

        var (daan, bo) = (await PersonAsync("daan"), await PersonAsync("bo"));
        return new Cast(
            [
                new MemberActor("members-daan", daan, first.OrganizationId),
                new MemberActor("members-bo", bo, second.OrganizationId),
                new MemberActor("members-mia", mia, third),
            ],
            [await NewcomerAsync(1), await NewcomerAsync(2)],
            [
                new CertificateActor("certificates-cato", await PersonAsync("cato"), first.OrganizationId, first.Nihdi),
                new CertificateActor("certificates-bo", await PersonAsync("bo"), second.OrganizationId, second.Nihdi),
            ],
            [await ExportsAsync("cas", first, true, false), await ExportsAsync("nina", first, false, true), await ExportsAsync("bo", second, true, true)],
            [await NightsAsync("nina", first.OrganizationId), await NightsAsync("bo", second.OrganizationId)],
            [(daan, first.OrganizationId), (bo, second.OrganizationId), (mia, third)],
            [first.OrganizationId, first.OrganizationId, second.OrganizationId],
            visitors);

        // Somebody new, who has had to choose a password at the first sign-in.
        async Task<PasswordActor> NewcomerAsync(int number)
        {
            var email = $"newcomer-{number}@chaos.example";
            var added = await mia.PostAsync($"organizations/{third}/members", new { email, roles = Array.Empty<string>() });
            var temporary = added.IsDone
                ? added.Json.GetProperty("temporaryPassword").GetString()!
                : throw new Violation($"{email} cannot be added: {added.Text}");
            var visitor = new Visitor(stack.Addresses, email, Secrets.NewTemporaryPassword());
            visitors.Add(visitor);
            var change = new { currentPassword = temporary, newPassword = visitor.Password, newPasswordAgain = visitor.Password };
            if (!await visitor.SignInAsync(temporary)
                || await visitor.SendAsync(HttpMethod.Put, "account/password", System.Net.Http.Json.JsonContent.Create(change)) is { IsDone: false }
                || await visitor.LookAtSessionAsync() is { IsDone: false })
            {
                throw new Violation($"{email} cannot choose a password");
            }

            return new PasswordActor($"passwords-{number}", visitor);
        }
    }

    private static async Task WaitForFirstNightsAsync(Visitor visitor, string organizationId)
    {
        while ((await visitor.ListAsync($"organizations/{organizationId}/nippin/registries")).Any(one => one.GetProperty("state").GetString() != "succeeded"))
        {
            await Task.Delay(500);
        }
    }

    // Each kind of export is made once in peace; what it must hold is counted by plain SQL, and its bytes are those it must always have.
    private static async Task<IReadOnlyList<ExpectedExport>> OfferAsync(ChaosStack stack, Visitor visitor, DemoMembership organization, bool csv, bool nippin)
    {
        var offer = new List<ExpectedExport>();
        if (csv)
        {
            var registries = await visitor.ListAsync($"organizations/{organization.OrganizationId}/registries");
            var name = registries[0].GetProperty("collections")[0].GetProperty("name").GetString()!;
            foreach (var version in Versions)
            {
                var rows = await CountAsync(stack.Localdwh, organization.Nihdi, name, version);
                foreach (var profile in Profiles)
                {
                    var asked = new { kind = "csv", project = "BCFR", collection = name, version, profile };
                    offer.Add(await MakeAsync(visitor, organization.OrganizationId, asked, rows));
                }
            }
        }

        if (nippin)
        {
            var registries = await visitor.ListAsync($"organizations/{organization.OrganizationId}/nippin/registries");
            foreach (var registry in registries.Where(one => one.GetProperty("counts").EnumerateObject().Sum(count => count.Value.GetInt64()) > 0).Take(2))
            {
                var name = registry.GetProperty("registry").GetString();
                var asked = new { kind = "nippin", registry = name, start = "2000-01-01", end = "2099-12-31", profile = "hd4dp" };
                offer.Add(await MakeAsync(visitor, organization.OrganizationId, asked, null));
            }
        }

        return offer;
    }

    private static async Task<ExpectedExport> MakeAsync(Visitor visitor, string organizationId, object body, long? rows)
    {
        var asked = await visitor.PostAsync($"organizations/{organizationId}/exports", body);
        var path = asked.IsDone
            ? $"organizations/{organizationId}/exports/{asked.Json.GetProperty("export").GetProperty("id").GetString()}"
            : throw new Violation($"an export cannot be asked for in peace: {asked.Text}");
        JsonElement made;
        while ((made = (await visitor.ReadAsync(path)).Json).GetProperty("state").GetString() is "queued" or "running")
        {
            await Task.Delay(200);
        }

        if (made.GetProperty("state").GetString() != "succeeded" || (rows is not null && made.GetProperty("rows").GetInt64() != rows))
        {
            throw new Violation($"an export in peace should have {rows} records and is {made}");
        }

        await visitor.DeleteAsync(path);
        return new ExpectedExport(body, made.GetProperty("rows").GetInt64(), made.GetProperty("sha256").GetString()!);
    }

    private static async Task<long> CountAsync(string localdwh, string nihdi, string collection, string version)
    {
        await using var database = NpgsqlDataSource.Create(localdwh);
        await using var count = database.CreateCommand(
            "SELECT count(*) FROM local_dwhmessage WHERE organization_nihdi = $1 AND data_collection_name = $2 AND dcd_version = $3 AND status <> 'DRAFT'");
        foreach (var value in (string[])[nihdi, collection, version])
        {
            count.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return (long)(await count.ExecuteScalarAsync())!;
    }

    private static List<(string Queue, string Message)> Messages(Cast cast) =>
    [
        .. cast.Exports.Zip(cast.OrganizationOfExports).SelectMany(
            one => one.First.Ids.Select(id => ("exports", $$"""{"organizationId":"{{one.Second}}","exportId":"{{id}}"}"""))),
        .. cast.Certificates.Zip(cast.Managers).SelectMany(
            one => one.First.Ids.Select(id => ("certificates", $$"""{"organizationId":"{{one.Second.OrganizationId}}","certificateId":"{{id}}","asked":0}"""))),
    ];

    private async Task CheckAsync(ChaosStack stack, QuietCheck check, Cast cast)
    {
        try
        {
            await stack.WaitUntilReadyAsync();
            await Task.WhenAll(cast.Actors.Select(actor => actor.CheckAsync()));
            general.AddRange(await check.LookAsync());
            foreach (var ((manager, organizationId), members) in cast.Managers.Zip(cast.Members))
            {
                general.AddRange(await check.ListWithoutTraceAsync(manager, organizationId, members.EverAdded));
            }

            general.AddRange(await check.BackUpAsync());
        }
        catch (Violation violation)
        {
            general.Add(violation.Message);
        }
    }

    private void Sum(Cast cast, Faults faults, QuietCheck check)
    {
        Acknowledged = cast.Actors.Sum(actor => actor.Acknowledged);
        Exports = cast.Exports.Sum(one => one.Succeeded);
        Faults = faults.Counts;
        foreach (var actor in cast.Actors)
        {
            lines.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{actor.Name}: {actor.Acknowledged:N0} changes acknowledged, {actor.Lost:N0} without an answer that promised something"));
        }

        lines.Add(string.Create(CultureInfo.InvariantCulture, $"exports that succeeded, all with every record and the right bytes: {Exports:N0}"));
        lines.AddRange(
            cast.Exports.SelectMany(one => one.Failures)
                .GroupBy(one => one.Key)
                .Select(group => $"exports that ended as failed, with “{group.Key}”: {group.Sum(one => one.Value)}"));
        lines.Add(
            $"checks of certificates that gave up and were asked for again: {cast.Certificates.Sum(one => one.GivenUp)}; "
            + $"validations: {cast.Nights.Sum(one => one.GivenUp)}");
        lines.Add(string.Create(CultureInfo.InvariantCulture, $"events in the audit trail, every chain intact: {check.Events:N0}"));
        lines.AddRange(faults.Lines());
        var times = Visitor.Times.Order().ToList();
        lines.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"answers: {times.Count:N0}, half of them within {times[times.Count / 2]:F0} ms, 99 of 100 within {times[times.Count * 99 / 100]:F0} ms, "
            + $"the longest {times[^1] / 1000:F1} s (a portal that is stopped answers when it goes on)"));
    }
}
