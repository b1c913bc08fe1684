using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Accounts;
using Ssp.Identity;
using Ssp.Storage;

namespace Ssp.Dev.Demo;

/// <summary>What demo.json says, for scripts and black-box tests.</summary>
public sealed record DemoFile(string BaseUrl, string Localdwh, string Nippin, string Azurite, IReadOnlyList<DemoPerson> People);

public sealed record DemoPerson(string Email, string Password, bool IsUserManager, IReadOnlyList<DemoMembership> Memberships);

public sealed record DemoMembership(string OrganizationId, string Nihdi, string Title, IReadOnlyList<Role> Roles);

/// <summary>One person for each role, and those who are special: without roles, in two organisations, without any organisation.</summary>
public static class DemoPeople
{
    public const string FileName = "demo.json";

    private const int First = 0;
    private const int Second = 1;

    private static readonly JsonSerializerOptions Readable = new(Http.Json.Options) { WriteIndented = true };

    private static readonly (string Email, bool IsUserManager, (int Hospital, Role[] Roles)[] Memberships)[] Cast =
    [
        ("mia.manager@demo.example", true, []),
        ("daan.dp@demo.example", false, [(First, [Role.DpManager])]),
        ("cato.certificate@demo.example", false, [(First, [Role.CertificateEditor])]),
        ("cas.csv@demo.example", false, [(First, [Role.CsvUploadManager])]),
        ("nina.nippin@demo.example", false, [(First, [Role.NippinManager])]),
        ("pia.plain@demo.example", false, [(First, [])]),
        ("tom.two@demo.example", false, [(First, [Role.CsvUploadManager]), (Second, [Role.DpManager, Role.NippinManager])]),
        ("bo.other@demo.example", false, [(Second, [Role.DpManager, Role.CertificateEditor, Role.CsvUploadManager, Role.NippinManager])]),
        ("sam.stranger@demo.example", false, []),
    ];

    /// <summary>Makes the people where they are missing, and gives the file's password back to those who changed it.</summary>
    public static async Task<IReadOnlyList<DemoPerson>> SeedAsync(IServiceProvider portal, string dataFolder, CancellationToken cancel)
    {
        var accounts = portal.GetRequiredService<AccountStore>();
        var memberships = portal.GetRequiredService<MembershipStore>();
        var hashes = portal.GetRequiredService<PasswordHashes>();
        var organizations = await portal.GetRequiredService<OrganizationStore>().ListAsync(cancel);
        var known = ReadPasswords(dataFolder);
        var people = new List<DemoPerson>();
        foreach (var (address, isUserManager, places) in Cast)
        {
            var email = EmailAddress.TryParse(address, out var parsed) ? parsed : throw new DevException($"{address} is no e-mail address.");
            var password = known.GetValueOrDefault(address) ?? Secrets.NewTemporaryPassword();
            var account = await accounts.FindAsync(email.AccountId, cancel);
            if (account is null)
            {
                account = await accounts.AddAsync(new NewAccount(email), await hashes.HashAsync("", password, cancel), temporaryUntil: null, cancel);
            }
            else if (hashes.Check(account.PasswordHash, password) == PasswordCheck.Wrong || account.MustChangePassword)
            {
                account = await accounts.ChangePasswordAsync(account, await hashes.HashAsync("", password, cancel), cancel);
            }

            account = account ?? throw new DevException($"The account of {address} was changed while it was made ready; start again.");
            if (isUserManager)
            {
                await accounts.SetUserManagerAsync(account, true, cancel);
            }

            var own = new List<DemoMembership>();
            foreach (var (hospital, roles) in places)
            {
                var organization = organizations.First(one => one.Nihdi == DemoHospital.All[hospital].Nihdi);
                var membership = await memberships.FindAsync(organization.Id, account, cancel);
                if (membership is null)
                {
                    await memberships.AnnounceAsync(organization.Id, account.Id, account.Serial, cancel);
                    await memberships.AddAsync(organization.Id, [(account, roles)], [], cancel);
                }

                own.Add(new DemoMembership(organization.Id, organization.Nihdi, organization.Title, membership?.Roles ?? roles));
            }

            people.Add(new DemoPerson(email.Value, password, isUserManager, own));
        }

        return people;
    }

    /// <summary>Writes demo.json, readable for its owner only; whole or not at all.</summary>
    public static void Write(DemoFile file, string dataFolder)
    {
        var path = Path.Combine(dataFolder, FileName);
        var fresh = path + ".new";
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var stream = new FileStream(fresh, options))
        {
            JsonSerializer.Serialize(stream, file, Readable);
        }

        File.Move(fresh, path, overwrite: true);
    }

    private static Dictionary<string, string> ReadPasswords(string dataFolder)
    {
        var path = Path.Combine(dataFolder, FileName);
        return File.Exists(path)
            ? JsonSerializer.Deserialize<DemoFile>(File.ReadAllText(path), Http.Json.Options)!
                .People.ToDictionary(person => person.Email, person => person.Password)
            : [];
    }
}
