using System.Net;
using System.Net.Http.Json;
using Ssp.Identity;

namespace Ssp.Tests.Chaos;

/// <summary>Adds, changes and removes members of one organisation; nobody else touches them.</summary>
public sealed class MemberActor(string name, Visitor visitor, string organizationId) : Actor(name)
{
    private const int Enough = 25;
    private static readonly string[] Roles = ["certificate_editor", "csv_upload_manager", "nippin_manager"];

    // By address: the roles, and the ETag under which they can be changed.
    private readonly Dictionary<string, (string Roles, string ETag)> members = [];
    private readonly HashSet<string> everAdded = [];
    private int number;

    /// <summary>The addresses of whom adding was acknowledged.</summary>
    public IReadOnlyCollection<string> EverAdded => everAdded;

    protected override async Task StepAsync(Random random)
    {
        var known = members.Keys.Order(StringComparer.Ordinal).ToList();
        var what = known.Count == 0 ? 0 : known.Count > Enough ? 3 : random.Next(5);
        var email = what == 0 ? $"{Name}-{++number}@chaos.example" : known[random.Next(known.Count)];
        string[] roles = [.. Roles.Where(_ => random.Next(2) == 0)];
        switch (what)
        {
            case 0:
                await ChangeAsync(email, roles, () => visitor.PostAsync(Members, new { email, roles }));
                break;
            case 1 or 2:
                await ChangeAsync(email, roles,
                    () => visitor.SendAsync(HttpMethod.Patch, PathOf(email), JsonContent.Create(new { roles }), members[email].ETag));
                break;
            case 3:
                await ChangeAsync(email, null, () => visitor.DeleteAsync(PathOf(email)));
                break;
            default:
                Compare(email, TextOf(await visitor.ReadAsync(PathOf(email))));
                break;
        }
    }

    protected override async Task LookAsync()
    {
        // Others are somebody else's business.
        var listed = (await visitor.ListAsync(Members)).Select(member => (Email: member.GetProperty("email").GetString()!, Roles: TextOf(member)))
            .Where(member => member.Email.StartsWith(Name, StringComparison.Ordinal)).ToDictionary(member => member.Email, member => member.Roles);
        foreach (var email in members.Keys.Union(listed.Keys))
        {
            Compare(email, listed.GetValueOrDefault(email));
        }
    }

    private string Members => $"organizations/{organizationId}/members";

    private string PathOf(string email) =>
        $"{Members}/{(EmailAddress.TryParse(email, out var address) ? address.AccountId : throw new InvalidOperationException($"{email} is no address."))}";

    private static string? TextOf(Reply reply) => reply.Status == (int)HttpStatusCode.NotFound ? null : TextOf(reply.Json);

    private static string TextOf(System.Text.Json.JsonElement member) => TextOf(member.GetProperty("roles").EnumerateArray().Select(role => role.GetString()!));

    private static string TextOf(IEnumerable<string> roles) => string.Join('+', roles.Order(StringComparer.Ordinal));

    private async Task ChangeAsync(string email, string[]? roles, Func<Task<Reply>> send)
    {
        var reply = await send();
        if (reply.IsDone)
        {
            Acknowledge();
            Set(email, roles is null ? null : TextOf(roles), reply.ETag);
            return;
        }

        if (reply.IsLost)
        {
            Lose();
        }
        else
        {
            Complain($"the change of {email} was refused: {reply.Text}");
        }

        var truth = await visitor.ReadTruthAsync(PathOf(email));
        var (found, before, after) = (TextOf(truth), members.TryGetValue(email, out var was) ? was.Roles : null, roles is null ? null : TextOf(roles));
        if (found != before && found != after)
        {
            Complain($"{email} has the roles {found ?? "of nobody"}, neither {before ?? "of nobody"} nor {after ?? "of nobody"}");
        }

        Set(email, found, truth.ETag);
    }

    private void Set(string email, string? roles, string? etag)
    {
        if (roles is null)
        {
            members.Remove(email);
            return;
        }

        members[email] = (roles, etag ?? throw new Violation($"{email} came without an ETag"));
        everAdded.Add(email);
    }

    private void Compare(string email, string? found)
    {
        var expected = members.TryGetValue(email, out var known) ? known.Roles : null;
        if (found != expected)
        {
            Complain($"{email} has the roles {found ?? "of nobody"}, and {expected ?? "nobody's"} were acknowledged");
        }
    }
}
