using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Certificates;
using Ssp.Identity;
using Ssp.Jobs;
using Ssp.Tests.Support;

namespace Ssp.Tests.Certificates;

/// <summary>Uploads as a person makes them, and files that are in order for an organisation today.</summary>
internal static class Uploads
{
    public const string Password = "Koffie voor 3 mannen & vrouwen";

    /// <summary>A file that is in order for the organisation.</summary>
    /// <param name="days">How many days from now it ends.</param>
    /// <param name="serial">Makes it another certificate than the others.</param>
    public static byte[] Good(Organization organization, int days = 700, int serial = 1, string password = Password)
    {
        var today = new DateTimeOffset(DateTimeOffset.UtcNow.Date, TimeSpan.Zero);
        return P12Maker.EHealth(
            organization.Nihdi,
            password,
            store => store with
            {
                NotBefore = today.AddDays(days - 1100),
                // So many whole days from any moment of today.
                NotAfter = today.AddDays(days + 1).AddSeconds(-1),
                AuthenticationSerial = store.AuthenticationSerial + serial,
            });
    }

    public static MultipartFormDataContent Form(byte[]? file, string? password, string fileName = "NIHII-HOSPITAL=71000436 20260101-101010.p12")
    {
        var form = new MultipartFormDataContent();
        if (file is not null)
        {
            form.Add(new ByteArrayContent(file), "file", fileName);
        }

        if (password is not null)
        {
            form.Add(new StringContent(password), "password");
        }

        return form;
    }

    public static Task<Answer> UploadAsync(
        this Person person, Organization organization, byte[] file, string password = Password, string fileName = "test.p12") =>
        person.SendAsync(HttpMethod.Post, $"organizations/{organization.Id}/certificates", Form(file, password, fileName));

    /// <summary>Uploads and waits until the check is over.</summary>
    public static async Task<JsonElement> AddCertificateAsync(
        this Person person, Organization organization, byte[] file, string password = Password, string fileName = "test.p12")
    {
        var asked = await person.UploadAsync(organization, file, password, fileName);
        Assert.True(asked.Status == HttpStatusCode.Accepted, asked.Text);
        return await person.WaitForCertificateAsync(organization, asked.IdOfCertificate());
    }

    public static string IdOfCertificate(this Answer answer) => answer.Json.GetProperty("certificate").GetProperty("id").GetString()!;

    public static async Task<JsonElement> WaitForCertificateAsync(this Person person, Organization organization, string id)
    {
        for (var attempt = 0; attempt < 600; attempt++)
        {
            var now = await person.ShowCertificateAsync(organization, id);
            if (now.GetProperty("isOver").GetBoolean())
            {
                return now;
            }

            await Task.Delay(50);
        }

        throw new TimeoutException($"The check of certificate {id} was not over after half a minute.");
    }

    public static async Task<JsonElement> ShowCertificateAsync(this Person person, Organization organization, string id)
    {
        var answer = await person.GetAsync($"organizations/{organization.Id}/certificates/{id}");
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return answer.Json;
    }

    public static async Task<List<JsonElement>> LogAsync(this Person person, Organization organization, string id) =>
        [.. (await person.GetAsync($"organizations/{organization.Id}/certificates/{id}/log")).Json.GetProperty("items").EnumerateArray()];

    public static Task<Answer> ActivateAsync(this Person person, Organization organization, string id, string reason) =>
        person.PostAsync($"organizations/{organization.Id}/certificates/{id}/activate", new { reason });

    /// <summary>An organisation of this test alone and its Certificate Manager, signed in.</summary>
    public static async Task<(Organization Organization, Person Cato)> HospitalAsync(this TestPortal portal)
    {
        var organization = await portal.NewOrganizationAsync();
        return (organization, await portal.SignInAsync(organization, Role.CertificateEditor));
    }

    /// <summary>Delivers the message for a check, as the queue would.</summary>
    public static Task CheckAsync(this TestPortal portal, Organization organization, string id, bool nightly = false) =>
        ActivatorUtilities.CreateInstance<CheckCertificate>(portal.Services)
            .Run(JsonSerializer.Serialize(new CertificateMessage(organization.Id, id, 0, nightly), Ssp.Http.Json.Options), default);

    /// <summary>Delivers a message whose last try failed, as the poison queue would.</summary>
    public static Task GiveUpAsync(this TestPortal portal, CertificateMessage message) =>
        ActivatorUtilities.CreateInstance<CheckCertificate>(portal.Services).GiveUp(JsonSerializer.Serialize(message, Ssp.Http.Json.Options), default);

    /// <summary>The message for the check that is waited for.</summary>
    public static CertificateMessage MessageFor(Certificate waiting) => new(waiting.OrganizationId, waiting.Id, waiting.AskedAt.ToUnixTimeMilliseconds());

    public static async Task<Certificate> StoredAsync(this TestPortal portal, Organization organization, string id) =>
        (await portal.Services.GetRequiredService<CertificateStore>().FindAsync(organization.Id, JobId.Parse(id), default))!;

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
