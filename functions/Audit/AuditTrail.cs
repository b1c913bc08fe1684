using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Storage;

namespace Ssp.Audit;

/// <summary>
/// What the rest of the portal calls to leave a trace. A change is wrapped in
/// <see cref="DoAsync{T}(HttpRequest, AuditAction, Func{CancellationToken, Task{T}}, Func{T, AuditAction})"/>;
/// what is only seen or refused is told to <see cref="NoteAsync(HttpRequest, AuditAction, AuditResult)"/>.
/// </summary>
public sealed class AuditTrail(AuditStore store, HttpSettings settings, ILogger<AuditTrail> log)
{
    private const int SessionDigits = 16;

    /// <summary>Who makes this request, and from where.</summary>
    /// <param name="actor">For requests without a session: the address somebody gave, true or not.</param>
    /// <param name="actorId">The account, when it is certain that it is theirs.</param>
    public AuditActor By(HttpRequest request, string? actor = null, string? actorId = null)
    {
        var caller = request.HttpContext.Items[typeof(Caller)] as Caller;
        return new AuditActor(
            actor ?? caller?.Account.Email, actorId ?? (actor is null ? caller?.Account.Id : null), caller?.Session.SecretHash[..SessionDigits],
            request.HttpContext.TraceIdentifier, ClientAddress.Of(request, settings)?.ToString());
    }

    /// <summary>One event by itself.</summary>
    /// <exception cref="Problem">503 audit_unavailable: it could not be written.</exception>
    public Task NoteAsync(HttpRequest request, AuditAction action, AuditResult result = AuditResult.Done) => NoteAsync(By(request), action, result);

    /// <inheritdoc cref="NoteAsync(HttpRequest, AuditAction, AuditResult)"/>
    public Task NoteAsync(AuditActor by, AuditAction action, AuditResult result = AuditResult.Done) => store.AppendAsync(by, action, result);

    /// <summary>One event about what has happened already: when it cannot be noted that stays so, and the log tells of it.</summary>
    public Task TryNoteAsync(HttpRequest request, AuditAction action, AuditResult result = AuditResult.Done) => TryNoteAsync(By(request), action, result);

    /// <inheritdoc cref="TryNoteAsync(HttpRequest, AuditAction, AuditResult)"/>
    public async Task TryNoteAsync(AuditActor by, AuditAction action, AuditResult result = AuditResult.Done, string? operation = null)
    {
        try
        {
            await store.AppendAsync(by, action, result, operation);
        }
        catch (Problem)
        {
            log.LogError("The trail could not be told of {Action}, operation {Operation}: {Result}", action.Name, operation, result);
        }
    }

    /// <summary>
    /// Notes that the action is requested, does the work, and notes how it ended. Work that throws has failed; the exception goes on to the
    /// caller. When the end cannot be noted the work stays done, and the check of the trail lists it as unfinished.
    /// </summary>
    /// <param name="work">
    /// Its token is not the request's: what stands in the trail as begun is brought to its end even when the caller hangs up. Else somebody
    /// could have a change noted as failed that was made all the same.
    /// </param>
    /// <param name="finished">The action as it is known afterwards, with its final object and details; it stays in the same chain.</param>
    /// <exception cref="Problem">503 audit_unavailable: the request could not be noted, and nothing was done.</exception>
    public Task<T> DoAsync<T>(
        HttpRequest request, AuditAction action, Func<CancellationToken, Task<T>> work, Func<T, AuditAction>? finished = null) =>
        DoAsync(By(request), action, work, finished);

    /// <summary>As for one action, where one event has not the room to tell it all.</summary>
    public Task<T> DoAsync<T>(HttpRequest request, IEnumerable<AuditAction> actions, Func<CancellationToken, Task<T>> work) =>
        actions.Aggregate(work, (rest, action) => _ => DoAsync(request, action, rest))(CancellationToken.None);

    /// <inheritdoc cref="DoAsync{T}(HttpRequest, AuditAction, Func{CancellationToken, Task{T}}, Func{T, AuditAction})"/>
    public Task DoAsync(HttpRequest request, AuditAction action, Func<CancellationToken, Task> work) => DoAsync(By(request), action, work);

    /// <inheritdoc cref="DoAsync{T}(HttpRequest, AuditAction, Func{CancellationToken, Task{T}}, Func{T, AuditAction})"/>
    public Task DoAsync(AuditActor by, AuditAction action, Func<CancellationToken, Task> work) =>
        DoAsync<object?>(
            by,
            action,
            async untilDone =>
            {
                await work(untilDone);
                return null;
            });

    /// <inheritdoc cref="DoAsync{T}(HttpRequest, AuditAction, Func{CancellationToken, Task{T}}, Func{T, AuditAction})"/>
    public async Task<T> DoAsync<T>(AuditActor by, AuditAction action, Func<CancellationToken, Task<T>> work, Func<T, AuditAction>? finished = null)
    {
        var operation = Secrets.NewId();
        await store.AppendAsync(by, action, AuditResult.Requested, operation);
        T made;
        try
        {
            made = await work(CancellationToken.None);
        }
        catch (Exception error)
        {
            await TryNoteAsync(by, action with { Details = $"problem: {CodeOf(error)}" }, AuditResult.Failed, operation);
            throw;
        }

        await TryNoteAsync(by, finished is null ? action : finished(made) with { OrganizationId = action.OrganizationId }, AuditResult.Done, operation);
        return made;
    }

    // The same code that the person sees; nothing of an exception's own words, which may quote what must not stand here.
    private static string CodeOf(Exception error) => error switch
    {
        Problem problem => problem.Code.Word,
        WarehouseException unavailable => unavailable.Code.Word,
        var outage when outage.IsStorageAway() => ProblemCodes.StorageUnavailable.Word,
        OperationCanceledException => "cancelled",
        _ => ProblemCodes.Unexpected.Word,
    };
}
