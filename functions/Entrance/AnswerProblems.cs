using Azure;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;
using Ssp.Audit;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Storage;

namespace Ssp.Entrance;

/// <summary>
/// The outermost step of every HTTP function: security headers on all answers, the answer itself, and every refusal or failure as problem+json.
/// </summary>
public sealed class AnswerProblems(AuditTrail audit, RepeatedEvents repeated, HttpSettings settings, ILogger<AnswerProblems> log) : IFunctionsWorkerMiddleware
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext() is not { } http)
        {
            await next(context);
            return;
        }

        // One number for a request everywhere: in the log, in the audit trail, and in what a person reads to the IT department.
        http.TraceIdentifier = context.InvocationId;
        SecurityHeaders.Add(http.Response, settings);
        try
        {
            await next(context);
            await WriteAnswerAsync(context, http);
        }
        catch (Exception error) when (http.Response.HasStarted && !HasGone(http, error))
        {
            log.LogError(error, "{Function} failed in the middle of its answer, request {Request}", context.FunctionDefinition.Name, context.InvocationId);
            // A cut connection tells the reader that what they have is not the whole answer.
            http.Abort();
        }
        catch (Problem problem)
        {
            await NoteRefusalAsync(context, http, problem);
            await problem.WriteAsync(http);
        }
        catch (WarehouseException unavailable)
        {
            log.LogWarning(unavailable, "{Function}: HD4DP's database did not serve the request", context.FunctionDefinition.Name);
            await new Problem(StatusCodes.Status503ServiceUnavailable, unavailable.Code, unavailable.Values)
            {
                RetryAfter = unavailable.MayHeal ? Soon : null,
            }.WriteAsync(http);
        }
        catch (Exception outage) when (outage.IsStorageAway())
        {
            log.LogWarning("{Function}: storage did not serve the request: {Reason}", context.FunctionDefinition.Name, ReasonOf(outage));
            await StorageDown().WriteAsync(http);
        }
        catch (Exception error) when (HasGone(http, error))
        {
            // There is nobody to answer.
            log.LogDebug("{Function}: the caller went away", context.FunctionDefinition.Name);
        }
        catch (BadHttpRequestException broken)
        {
            log.LogDebug("{Function}: the request cannot be read: {Reason}", context.FunctionDefinition.Name, broken.Message);
            await ProblemOf(broken).WriteAsync(http);
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            log.LogDebug("{Function} was broken off", context.FunctionDefinition.Name);
            await new Problem(StatusCodes.Status503ServiceUnavailable, ProblemCodes.BrokenOff) { RetryAfter = Soon }.WriteAsync(http);
        }
        catch (Exception error)
        {
            log.LogError(error, "{Function} failed, request {Request}", context.FunctionDefinition.Name, context.InvocationId);
            await new Problem(StatusCodes.Status500InternalServerError, ProblemCodes.Unexpected, context.InvocationId).WriteAsync(http);
        }
    }

    // In here, because what fails while it is written is a problem too, and because the worker would otherwise send the answer to its host once
    // more, as the function's return value.
    private static async Task WriteAnswerAsync(FunctionContext context, HttpContext http)
    {
        var result = context.GetInvocationResult();
        if (result.Value is IResult answer)
        {
            result.Value = null;
            await answer.ExecuteAsync(http);
        }
    }

    // Only of people who are signed in: anybody could fill the trail otherwise. And of each only the first of an hour: so could they.
    private async Task NoteRefusalAsync(FunctionContext context, HttpContext http, Problem problem)
    {
        if (!problem.IsRefusal || http.Items[typeof(Caller)] is not Caller caller)
        {
            return;
        }

        var organization = http.Items[typeof(Organization)] as Organization;
        await repeated.NoteAsync(
            $"{caller.Account.Id} {caller.Session.Address} {context.FunctionDefinition.Name} {organization?.Id} {problem.Code.Word}",
            audit.By(http.Request),
            new AuditAction("refused", $"{http.Request.Method} {http.Request.Path}", organization?.Id, problem.Code.Word),
            AuditResult.Refused);
    }

    // The connection says so at once, the request's token only a moment later.
    private static bool HasGone(HttpContext http, Exception error) =>
        error is ConnectionResetException or ConnectionAbortedException
        || (error is IOException or OperationCanceledException && http.RequestAborted.IsCancellationRequested);

    private static Problem ProblemOf(BadHttpRequestException broken) => broken.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => new Problem(broken.StatusCode, ProblemCodes.BodyTooLarge),
        StatusCodes.Status408RequestTimeout => new Problem(broken.StatusCode, ProblemCodes.RequestTooSlow),
        _ => new Problem(broken.StatusCode, ProblemCodes.RequestBroken),
    };

    private static string ReasonOf(Exception outage) => outage switch
    {
        RequestFailedException { ErrorCode: { } code } => code,
        AggregateException tries => tries.InnerExceptions[0].Message,
        _ => outage.Message,
    };

    private static Problem StorageDown() => new(StatusCodes.Status503ServiceUnavailable, ProblemCodes.StorageUnavailable) { RetryAfter = Soon };
}
