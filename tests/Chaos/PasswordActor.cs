using System.Net;
using System.Net.Http.Json;
using Ssp.Storage;

namespace Ssp.Tests.Chaos;

/// <summary>Signs in and out and changes the own password.</summary>
public sealed class PasswordActor(string name, Visitor visitor) : Actor(name)
{
    private string? former;

    protected override async Task StepAsync(Random random)
    {
        switch (random.Next(8))
        {
            case 0 or 1:
                await ChangePasswordAsync();
                break;
            case 2 or 3:
                await SignOutAsync();
                break;
            default:
                await LookAtSessionAsync();
                break;
        }
    }

    protected override async Task LookAsync()
    {
        await LookAtSessionAsync();
        if (former is not null && await visitor.SignInAsync(former))
        {
            Complain("the former password opens the account");
        }

        former = null;
        await SignInAsync();
    }

    private async Task LookAtSessionAsync()
    {
        if (await visitor.LookAtSessionAsync() is { IsDone: false } reply)
        {
            Complain($"the session has ended by itself: {reply.Text}");
            await SignInAsync();
        }
    }

    private async Task SignInAsync()
    {
        if (!await visitor.SignInAsync(visitor.Password))
        {
            throw new Violation("the acknowledged password does not open the account");
        }
    }

    private async Task ChangePasswordAsync()
    {
        var fresh = Secrets.NewTemporaryPassword();
        var reply = await visitor.SendAsync(
            HttpMethod.Put, "account/password", JsonContent.Create(new { currentPassword = visitor.Password, newPassword = fresh, newPasswordAgain = fresh }));
        if (reply.IsDone)
        {
            Acknowledge();
            (former, visitor.Password) = (visitor.Password, fresh);
            await LookAtSessionAsync();
            return;
        }

        if (!reply.IsLost)
        {
            Complain($"the new password was refused: {reply.Text}");
        }

        Lose();
        await visitor.ReadTruthAsync("health/ready");
        if (await visitor.SignInAsync(fresh))
        {
            (former, visitor.Password) = (visitor.Password, fresh);
        }
        else
        {
            await SignInAsync();
        }
    }

    private async Task SignOutAsync()
    {
        var cookie = visitor.Cookie;
        var reply = await visitor.DeleteAsync("session");
        if (reply.IsDone)
        {
            Acknowledge();
            visitor.Cookie = cookie;
            if (await visitor.ReadAsync("session") is { Status: not (int)HttpStatusCode.Unauthorized } still)
            {
                Complain($"a session that was signed out is still good: {still.Text}");
            }
        }
        else if (reply.IsLost)
        {
            Lose();
        }
        else
        {
            Complain($"signing out was refused: {reply.Text}");
        }

        await SignInAsync();
    }
}
