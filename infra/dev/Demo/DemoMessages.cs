namespace Ssp.Dev.Demo;

public sealed record DemoMessage(
    string MessageId, string Nihdi, string Name, string? Validation, bool? Valid, string InterfaceType, string Status, DateTimeOffset CreatedOn,
    string? TackReference, string? TackMajor, string? PreviousCode, string? CurrentCode);

/// <summary>Messages to the insurers for the registrations of implants, in every status there is.</summary>
public sealed class DemoMessages(int seed)
{
    private static readonly string[] Statuses = ["SENT", "SENT", "SENT", "SENT", "SENT", "TO_SEND", "INVALID", "ERROR", "ARCHIVED", "BUFFERED"];

    private readonly Random random = new(seed);

    /// <summary>The message for a registration, or null: some have none.</summary>
    public DemoMessage? For(DemoRegistration registration)
    {
        if (registration.Code is null || random.Next(12) == 0)
        {
            return null;
        }

        var status = Statuses[random.Next(Statuses.Length)];
        var overRest = random.Next(2) == 0;
        var acknowledged = overRest && status == "SENT";
        var corrected = random.Next(10) == 0;
        return new DemoMessage(
            NewGuid(), registration.Nihdi, registration.OrganizationName ?? "",
            status is "INVALID" or "ERROR" ? "cvc-complex-type.2.4.a: invalid content" : null,
            status == "INVALID" ? false : random.Next(8) == 0 ? null : true, overRest ? "REST" : "FILE_SYSTEM", status,
            registration.CreatedOn.AddDays(random.Next(60)), acknowledged ? NewGuid() : null,
            acknowledged ? $"urn:nip:tack:result:major:{(random.Next(10) == 0 ? "failure" : "success")}" : null,
            corrected ? registration.Code : null, corrected ? registration.Code[..^2] + "99" : registration.Code);
    }

    private string NewGuid()
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes).ToString();
    }
}
