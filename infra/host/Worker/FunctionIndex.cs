using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Ssp.Hosting.Http;
using Ssp.Hosting.Queues;
using Ssp.Hosting.Settings;
using Ssp.Hosting.Timers;

namespace Ssp.Hosting.Worker;

/// <summary>The functions that can run, by what starts them. One that cannot is logged and left out.</summary>
internal sealed class FunctionIndex
{
    private readonly IConfiguration _configuration;
    private readonly IInlineConstraintResolver _constraints;
    private readonly List<HttpRoute> _routes = [];
    private readonly List<QueueSource> _queues = [];
    private readonly List<TimerSource> _timers = [];

    public FunctionIndex(IReadOnlyList<Function> functions, IConfiguration configuration, IInlineConstraintResolver constraints, ILogger<FunctionIndex> logger)
    {
        (_configuration, _constraints) = (configuration, constraints);
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        // In the order in which their routes are tried.
        foreach (var function in functions.OrderBy(function => function.Name, StringComparer.OrdinalIgnoreCase))
        {
            try
            {
                if (!names.Add(function.Name))
                {
                    throw new IndexingException("another function has the same name");
                }

                if (IsDisabled(function.Name))
                {
                    logger.LogInformation("The function {Function} is disabled", function.Name);
                    continue;
                }

                Add(function);
            }
            catch (Exception error) when (error is IndexingException or ArgumentException or FormatException)
            {
                logger.LogError("The function {Function} ({EntryPoint}) cannot run: {Reason}", function.Name, function.EntryPoint, error.Message);
            }
        }
    }

    public IReadOnlyList<HttpRoute> Routes => _routes;

    public IReadOnlyList<QueueSource> Queues => _queues;

    public IReadOnlyList<TimerSource> Timers => _timers;

    private void Add(Function function)
    {
        switch (function.Trigger?.Type.ToUpperInvariant())
        {
            case "HTTPTRIGGER":
                _routes.Add(HttpRoute.Create(function, _configuration, _constraints));
                break;
            case "QUEUETRIGGER":
                _queues.Add(QueueSource.Create(function, _configuration));
                break;
            case "TIMERTRIGGER":
                _timers.Add(TimerSource.Create(function, _configuration));
                break;
            case null:
                throw new IndexingException("exactly one parameter must carry a trigger");
            default:
                throw new IndexingException($"this host has no {function.Trigger!.Type}, only HTTP, storage queues and timers");
        }
    }

    private bool IsDisabled(string function)
    {
        // The second form is for environments that allow no dots in names.
        var value = _configuration[$"AzureWebJobs.{function}.Disabled"] ?? _configuration[$"AzureWebJobs:{function}:Disabled"];
        return value is "1" || (bool.TryParse(value, out var disabled) && disabled);
    }
}
