using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Accounts;
using Ssp.Http;

namespace Ssp.Entrance;

/// <summary>What the sign-in page needs to know before anybody has signed in.</summary>
public sealed class ShowPortal(PortalSettings settings)
{
    [Function(nameof(ShowPortal))]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/portal")] HttpRequest request) =>
        Json.Answer(new { settings.ServiceDesk, PasswordMinLength = PasswordRules.MinLength, PasswordMaxLength = PasswordRules.MaxLength });
}
