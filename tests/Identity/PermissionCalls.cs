using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Accounts;
using Ssp.Identity;
using Ssp.Tests.Certificates;
using Ssp.Tests.Support;

namespace Ssp.Tests.Identity;

/// <summary>
/// The permission table, called: every call by somebody of every standing, in an organisation of their own and in another, against the status
/// the table gives. A call without an entry fails in RouteTests; an entry without a way to call it fails in PermissionTests.
/// </summary>
public abstract class PermissionCalls(Stack stack, PermissionCalls.Cast cast) : IClassFixture<PermissionCalls.Cast>
{
    /// <summary>How the calls are made. What a call changes is made anew for each, so that none spoils another.</summary>
    private static readonly Dictionary<string, Func<Scene, Task<Request>>> Calls = new()
    {
        ["ServeHomePage"] = _ => Get("/ssp/"),
        ["ServePages"] = _ => Get("/ssp/sign-in"),
        ["ShowLiveness"] = _ => Get("health/live"),
        ["ShowReadiness"] = _ => Get("health/ready"),
        ["ShowPortal"] = _ => Get("portal"),
        ["SignIn"] = async scene => Post("session", new { email = (await scene.NewPersonAsync(out var person)).Email, password = person.Password }),
        ["ShowSession"] = _ => Get("session"),
        ["SignOut"] = _ => Delete("session"),
        ["ChangePassword"] = scene => Now(new Request(
            HttpMethod.Put, "account/password", new { currentPassword = scene.Caller.Password, newPassword = NewPassword, newPasswordAgain = NewPassword })),
        ["ShowOwnAccount"] = _ => Get("account"),
        ["ListSessions"] = _ => Get("account/sessions"),
        ["EndSession"] = async scene => new Request(HttpMethod.Delete, $"account/sessions/{await scene.SessionIdAsync()}"),
        ["EndOtherSessions"] = _ => Delete("account/sessions"),
        ["ListAccounts"] = _ => Get("accounts"),
        ["AddUserManager"] = _ => Now(Post("accounts", new { email = NewEmail() })),
        ["ChangeUserManager"] = async scene =>
        {
            var target = await scene.NewMemberAsync();
            return new Request(HttpMethod.Patch, $"accounts/{target.AccountId}", new { isUserManager = false }, await scene.AccountTagAsync(target));
        },
        ["CancelAccount"] = async scene => new Request(HttpMethod.Delete, $"accounts/{(await scene.NewMemberAsync()).AccountId}"),
        ["LookUpAccount"] = scene => Now(Post("accounts/lookup", new { email = NewEmail(), organizationId = scene.Organization.Id })),
        ["ShowAccount"] = async scene => new Request(HttpMethod.Get, $"accounts/{(await scene.NewMemberAsync()).AccountId}"),
        ["IssueTemporaryPassword"] = async scene => Post($"accounts/{(await scene.NewMemberAsync()).AccountId}/temporary-password", new { }),
        ["ListMemberships"] = _ => Get("memberships"),
        ["ListOrganizations"] = _ => Get("organizations"),
        ["CreateOrganization"] = _ => Now(Post("organizations", new { title = "New hospital", nihdi = TestPortal.NewNihdi().Digits })),
        ["ShowOrganization"] = scene => Get(scene.Path),
        ["EditOrganization"] = async scene => new Request(HttpMethod.Patch, scene.Path, new { title = "Renamed hospital" }, (await scene.FreshAsync()).ETag),
        ["ListRevisions"] = scene => Get($"{scene.Path}/revisions"),
        ["ListMembers"] = scene => Get($"{scene.Path}/members"),
        ["AddMember"] = scene => Now(Post($"{scene.Path}/members", new { email = NewEmail(), roles = new[] { "nippin_manager" } })),
        ["ShowMember"] = async scene => new Request(HttpMethod.Get, $"{scene.Path}/members/{(await scene.NewMemberAsync()).AccountId}"),
        ["EditMember"] = async scene =>
        {
            var target = await scene.NewMemberAsync();
            return new Request(
                HttpMethod.Patch,
                $"{scene.Path}/members/{target.AccountId}",
                new { roles = new[] { "csv_upload_manager" } },
                await scene.MemberTagAsync(target));
        },
        ["RemoveMember"] = async scene => new Request(HttpMethod.Delete, $"{scene.Path}/members/{(await scene.NewMemberAsync()).AccountId}"),
        ["ImportMembers"] = scene => Now(Post($"{scene.Path}/members/import", new { csv = $"email;roles\n{NewEmail()};csv_upload_manager", apply = false })),
        ["ExportMembers"] = scene => Get($"{scene.Path}/members.csv"),
        ["ListRegistries"] = scene => Get($"{scene.Path}/registries"),
        ["ListExports"] = scene => Get($"{scene.Path}/exports"),
        ["RequestExport csv"] = scene => Now(
            Post($"{scene.Path}/exports", new { kind = "csv", project = "BCFR", collection = Registrations.Collection, version = "1" })),
        ["ShowExport csv"] = async scene => new Request(
            HttpMethod.Get, $"{scene.Path}/exports/{await scene.SharedAsync("waiting csv", () => scene.ExportIdAsync(finished: false))}"),
        ["DeleteExport csv"] = async scene => new Request(HttpMethod.Delete, $"{scene.Path}/exports/{await scene.ExportIdAsync(finished: false)}"),
        ["DownloadExport csv"] = async scene => new Request(
            HttpMethod.Get, $"{scene.Path}/exports/{await scene.SharedAsync("finished csv", () => scene.ExportIdAsync(finished: true))}/file"),
        ["RequestExport nippin"] = scene => Now(Post($"{scene.Path}/exports", Report)),
        ["ShowExport nippin"] = async scene => new Request(
            HttpMethod.Get, $"{scene.Path}/exports/{await scene.SharedAsync("waiting nippin", () => scene.ReportIdAsync(finished: false))}"),
        ["DeleteExport nippin"] = async scene => new Request(HttpMethod.Delete, $"{scene.Path}/exports/{await scene.ReportIdAsync(finished: false)}"),
        ["DownloadExport nippin"] = async scene => new Request(
            HttpMethod.Get, $"{scene.Path}/exports/{await scene.SharedAsync("finished nippin", () => scene.ReportIdAsync(finished: true))}/file"),
        ["ListNippinRegistries"] = scene => Get($"{scene.Path}/nippin/registries"),
        ["ListNippinRecords"] = scene => Get($"{scene.Path}/nippin/registries/{Registry}/records"),
        ["RunNippin"] = scene => Now(Post($"{scene.Path}/nippin/run", new { registry = Registry })),
        ["ListNippinChanges"] = scene => Get($"{scene.Path}/nippin/changes"),
        ["ShowCertificateOverview"] = _ => Get("certificates"),
        ["ListCertificates"] = scene => Get($"{scene.Path}/certificates"),
        ["AddCertificate"] = scene => Now(new Request(HttpMethod.Post, $"{scene.Path}/certificates", Form: Uploads.Form([1, 2, 3], "x"))),
        ["ShowCertificate"] = async scene => new Request(
            HttpMethod.Get, $"{scene.Path}/certificates/{await scene.SharedAsync("certificate", scene.CertificateIdAsync)}"),
        ["ShowCertificateLog"] = async scene => new Request(
            HttpMethod.Get, $"{scene.Path}/certificates/{await scene.SharedAsync("certificate", scene.CertificateIdAsync)}/log"),
        ["CheckAgain"] = async scene => Post($"{scene.Path}/certificates/{await scene.CertificateIdAsync()}/check", new { }),
        ["ActivateCertificate"] = async scene => Post($"{scene.Path}/certificates/{await scene.UnpublishedIdAsync()}/activate", new { reason = "because" }),
        ["DownloadPublicParts"] = async scene => new Request(
            HttpMethod.Get, $"{scene.Path}/certificates/{await scene.SharedAsync("certificate", scene.CertificateIdAsync)}/public"),
        ["DownloadCalendar"] = async scene => new Request(
            HttpMethod.Get, $"{scene.Path}/certificates/{await scene.SharedAsync("certificate", scene.CertificateIdAsync)}/calendar"),
        ["ListEvents"] = scene => Get($"{scene.Path}/audit"),
        ["VerifyEvents"] = scene => Get($"{scene.Path}/audit/verify"),
        ["ExportEvents"] = scene => Get($"{scene.Path}/audit/file"),
        ["ListAllEvents"] = _ => Get("audit"),
        ["VerifyAllEvents"] = _ => Get("audit/verify"),
        ["ExportAllEvents"] = _ => Get("audit/file"),
    };

    /// <summary>Calls that end the caller's session or password.</summary>
    private static readonly string[] Spoiling = ["SignIn", "SignOut", "ChangePassword", "EndSession"];

    private const string Registry = "TAVI_IMPLT";

    private static object Report => new { kind = "nippin", registry = Registry, start = "2026-01-01", end = "2026-12-31" };

    private const string NewPassword = "seven quiet otters cross the river";

    protected static IEnumerable<string> Callable => Calls.Keys;

    /// <summary>Makes the call as everybody there is.</summary>
    protected async Task CallAsEverybodyAsync(string name)
    {
        var route = Permissions.Routes.Single(one => one.Name == name);
        var (own, other) = (cast.Own, cast.Other);
        var wrong = new List<string>();
        foreach (var standing in Enum.GetValues<Standing>())
        {
            foreach (var (place, expected) in PlacesOf(route, own, other).Select(one => (one.Organization, one.Statuses[(int)standing])))
            {
                var caller = Spoiling.Contains(name) ? await Cast.NewAsync(stack.Portal, standing, own) : cast.People[standing];
                var request = await Calls[name](new Scene(stack.Portal, caller, place, cast));
                var answer = await caller.SendAsync(
                    request.Method,
                    request.Path,
                    request.Form ?? (request.Body is null ? null : JsonContent.Create(request.Body)),
                    request.IfMatch is null ? [] : [("If-Match", request.IfMatch)]);
                if ((int)answer.Status != expected)
                {
                    var where = place == own ? "own" : "other";
                    var said = answer.Text[..Math.Min(200, answer.Text.Length)];
                    wrong.Add($"{standing}, {where} organisation: {(int)answer.Status} instead of {expected} {said}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static IEnumerable<(Organization Organization, IReadOnlyList<int> Statuses)> PlacesOf(
        Permissions.Route route, Organization own, Organization other) =>
        route.Any is not null ? [(own, route.Any)] : [(own, route.Own!), (other, route.Other!)];

    private static string NewEmail() => $"n{Guid.NewGuid():N}@hospital.example";

    private static Task<Request> Now(Request request) => Task.FromResult(request);

    private static Task<Request> Get(string path) => Now(new Request(HttpMethod.Get, path));

    private static Task<Request> Delete(string path) => Now(new Request(HttpMethod.Delete, path));

    private static Request Post(string path, object body) => new(HttpMethod.Post, path, body);

    private sealed record Request(HttpMethod Method, string Path, object? Body = null, string? IfMatch = null, HttpContent? Form = null);

    /// <summary>Somebody of every standing, and the two organisations.</summary>
    public sealed class Cast(Stack stack) : IAsyncLifetime
    {
        public Organization Own { get; private set; } = null!;

        public Organization Other { get; private set; } = null!;

        public IReadOnlyDictionary<Standing, Person> People { get; private set; } = null!;

        public ConcurrentDictionary<(string Organization, string What), Task<string>> Shared { get; } = new();

        public static async Task<Person> NewAsync(TestPortal portal, Standing standing, Organization own) => standing switch
        {
            Standing.Anonymous => portal.Guest(),
            Standing.Stranger => await portal.SignInStrangerAsync(),
            Standing.PlainMember => await portal.SignInAsync(own),
            Standing.Manager => await portal.NewUserManagerAsync(),
            _ => await portal.SignInAsync(own, Enum.Parse<Role>(standing.ToString())),
        };

        public async ValueTask InitializeAsync()
        {
            Own = await stack.Portal.NewOrganizationAsync("Own");
            Other = await stack.Portal.NewOrganizationAsync("Other");
            await stack.Owner.AddAsync(Own.Nihdi, [("TX_FIELD", "value")]);
            await stack.Owner.AddAsync(Other.Nihdi, [("TX_FIELD", "value")]);
            var people = new Dictionary<Standing, Person>();
            foreach (var standing in Enum.GetValues<Standing>())
            {
                people[standing] = await NewAsync(stack.Portal, standing, Own);
            }

            People = people;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    /// <summary>Who calls, and about which organisation.</summary>
    private sealed record Scene(TestPortal Portal, Person Caller, Organization Organization, Cast Cast)
    {
        public string Path => $"organizations/{Organization.Id}";

        /// <summary>What calls only look at is made once for an organisation.</summary>
        public Task<string> SharedAsync(string what, Func<Task<string>> make) => Cast.Shared.GetOrAdd((Organization.Id, what), _ => make());

        public Task<Person> NewPersonAsync(out Person person)
        {
            var made = Portal.NewPersonAsync();
            person = made.GetAwaiter().GetResult();
            return made;
        }

        public async Task<Person> NewMemberAsync()
        {
            var person = await Portal.NewSilentPersonAsync();
            await Portal.SetRolesAsync(person, Organization, Role.NippinManager);
            return person;
        }

        public async Task<string> AccountTagAsync(Person target) => (await ManagedAsync(target)).ETag;

        public async Task<string> MemberTagAsync(Person target)
        {
            var account = (await Portal.Services.GetRequiredService<AccountStore>().FindAsync(target.AccountId, default))!;
            return (await Portal.Services.GetRequiredService<MembershipStore>().FindAsync(Organization.Id, account, default))!.ETag;
        }

        public async Task<Organization> FreshAsync() => (await Portal.Services.GetRequiredService<OrganizationStore>().FindAsync(Organization.Id, default))!;

        /// <summary>A session of the caller's own, or of nobody for who has none.</summary>
        public async Task<string> SessionIdAsync()
        {
            var sessions = await Caller.GetAsync("account/sessions");
            return sessions.Status == HttpStatusCode.OK ? sessions.Json.GetProperty("items")[0].GetProperty("id").GetString()! : new string('0', 32);
        }

        /// <summary>A certificate of the organisation, uploaded by somebody who may.</summary>
        public async Task<string> CertificateIdAsync()
        {
            var person = await Portal.SignInAsync(Organization, Role.CertificateEditor);
            return (await person.AddCertificateAsync(Organization, Uploads.Good(Organization))).Text("id");
        }

        public async Task<string> UnpublishedIdAsync()
        {
            var id = await CertificateIdAsync();
            await CertificateIdAsync();
            return id;
        }

        /// <summary>An export of the organisation, asked for by somebody who may.</summary>
        public Task<string> ExportIdAsync(bool finished) =>
            ExportIdAsync(Role.CsvUploadManager, new { kind = "csv", project = "BCFR", collection = Registrations.Collection, version = "1" }, finished);

        public async Task<string> ReportIdAsync(bool finished)
        {
            if (finished)
            {
                await Portal.ValidateAsync(Organization, Registry);
            }

            return await ExportIdAsync(Role.NippinManager, Report, finished);
        }

        private async Task<string> ExportIdAsync(Role role, object body, bool finished)
        {
            var person = await Portal.SignInAsync(Organization, role);
            var asked = await person.PostAsync($"{Path}/exports", body);
            var id = asked.Json.GetProperty("export").GetProperty("id").GetString()!;
            if (finished)
            {
                Assert.Equal("succeeded", (await person.WaitForExportAsync(Organization.Id, id)).GetProperty("state").GetString());
            }

            return id;
        }

        private async Task<ManagedAccount> ManagedAsync(Person target) =>
            await Portal.Services.GetRequiredService<ManagedAccounts>()
                .OfAsync((await Portal.Services.GetRequiredService<AccountStore>().FindAsync(target.AccountId, default))!, null, default);
    }
}
