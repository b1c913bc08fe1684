using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Ssp.Hosting.Worker.Messages;

namespace Ssp.Hosting.Worker;

/// <summary>Writes the worker's log lines to the host's log, under their own categories and the levels that host.json gives these.</summary>
internal sealed class WorkerLog(ILoggerFactory loggers)
{
    private readonly ConcurrentDictionary<string, ILogger> _loggers = new();

    public void Write(RpcLog line)
    {
        // What a function throws comes once more with the end of its invocation; whoever asked for that logs it.
        if (line is { Category: "Microsoft.Azure.Functions.Worker.FunctionsApplication", EventId: "InvocationError" })
        {
            return;
        }

        var logger = _loggers.GetOrAdd(line.Category is { Length: > 0 } category ? category : "Microsoft.Azure.Functions.Worker", loggers.CreateLogger);
        // The levels have the same numbers.
        logger.Log((LogLevel)line.Level, 0, line.Message, line.Exception is { } thrown ? new FunctionException(thrown) : null, static (message, _) => message);
    }
}
