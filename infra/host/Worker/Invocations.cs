using Microsoft.Extensions.Configuration;
using Ssp.Hosting.Settings;
using Ssp.Hosting.Worker.Messages;

namespace Ssp.Hosting.Worker;

/// <summary>Has functions run, under the time limit of host.json and until the host has drained.</summary>
internal sealed class Invocations(WorkerStream stream, Drain drain, IConfiguration configuration)
{
    /// <summary>How long a function may run; infinite when host.json says -1.</summary>
    public TimeSpan TimeLimit { get; } =
        configuration.GetValue(HostFiles.HostJson + ":functionTimeout", TimeSpan.FromMinutes(30)) is { Ticks: > 0 } limit ? limit : Timeout.InfiniteTimeSpan;

    /// <param name="function">Which one.</param>
    /// <param name="trigger">The value of the parameter that carries the trigger.</param>
    /// <param name="metadata">What else its parameters may be called after.</param>
    /// <param name="stop">Cancels the function's token, besides the time limit and the drain.</param>
    public Invocation Begin(Function function, TypedData trigger, IEnumerable<KeyValuePair<string, TypedData>> metadata, CancellationToken stop = default)
    {
        var request = new InvocationRequest { InvocationId = Guid.NewGuid().ToString(), FunctionId = function.Id, TraceContext = new RpcTraceContext() };
        request.InputData.Add(new ParameterBinding { Name = function.Trigger!.ParameterName, Data = trigger });
        foreach (var (name, value) in metadata)
        {
            request.TriggerMetadata[name] = value;
        }

        return new Invocation(stream, request, TimeLimit, drain.Expired, stop);
    }

    /// <exception cref="FunctionException">The function threw.</exception>
    /// <exception cref="TimeoutException">It ran for longer than the time limit.</exception>
    public async Task Run(Function function, TypedData trigger, IEnumerable<KeyValuePair<string, TypedData>> metadata)
    {
        using var invocation = Begin(function, trigger, metadata);
        if (await invocation.Ended is { } fault)
        {
            throw invocation.TimedOut
                ? new TimeoutException($"{function.Name} was cancelled: it ran for longer than functionTimeout ({TimeLimit}).", fault)
                : fault;
        }

        if (invocation.TimedOut)
        {
            throw new TimeoutException($"{function.Name} ran for longer than functionTimeout ({TimeLimit}).");
        }
    }
}
