using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Ssp.EmbeddedHost.Settings;

namespace Ssp.EmbeddedHost.Functions;

/// <summary>Runs functions through the middlewares, under the time limit of host.json.</summary>
internal sealed class FunctionRunner(FunctionExecutionDelegate pipeline, IServiceScopeFactory scopes, Drain drain, IConfiguration configuration)
{
    private readonly TimeSpan _timeLimit =
        configuration.GetValue(HostFiles.HostJson + ":functionTimeout", TimeSpan.FromMinutes(30)) is { Ticks: > 0 } limit ? limit : Timeout.InfiniteTimeSpan;

    public Invocation Begin(
        Function function, object trigger, IReadOnlyDictionary<string, object?> bindingData, IServiceProvider services, CancellationToken stop = default) =>
        new(function, trigger, bindingData, services, _timeLimit, drain.Expired, stop);

    public async Task Run(Invocation invocation)
    {
        try
        {
            await pipeline(invocation);
        }
        catch (OperationCanceledException cancelled) when (invocation.TimedOut)
        {
            throw new TimeoutException($"{invocation.Function.Name} was cancelled: it ran for longer than functionTimeout ({_timeLimit}).", cancelled);
        }

        if (invocation.TimedOut)
        {
            throw new TimeoutException($"{invocation.Function.Name} ran for longer than functionTimeout ({_timeLimit}).");
        }
    }

    /// <summary>For triggers that have no services of their own.</summary>
    public async Task RunInScope(Function function, object trigger, IReadOnlyDictionary<string, object?> bindingData)
    {
        await using var scope = scopes.CreateAsyncScope();
        using var invocation = Begin(function, trigger, bindingData, scope.ServiceProvider);
        await Run(invocation);
    }
}
