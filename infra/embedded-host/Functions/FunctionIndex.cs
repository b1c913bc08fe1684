using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Ssp.EmbeddedHost.Http;
using Ssp.EmbeddedHost.Queues;
using Ssp.EmbeddedHost.Settings;
using Ssp.EmbeddedHost.Timers;

namespace Ssp.EmbeddedHost.Functions;

/// <summary>The functions that can run, by what starts them. One that cannot is logged and left out.</summary>
internal sealed class FunctionIndex
{
    private readonly IConfiguration _configuration;
    private readonly IInlineConstraintResolver _constraints;
    private readonly List<HttpRoute> _routes = [];
    private readonly List<QueueSource> _queues = [];
    private readonly List<TimerSource> _timers = [];

    public FunctionIndex(
        IReadOnlyList<Function> functions, IConfiguration configuration, IInlineConstraintResolver constraints, ILogger<FunctionIndex> logger)
    {
        (_configuration, _constraints) = (configuration, constraints);
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var function in functions)
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
            catch (Exception error) when (error is IndexingException or RouteCreationException or ArgumentException or FormatException or InvalidOperationException)
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
        switch (function.Trigger)
        {
            case HttpTriggerAttribute http:
                var route = HttpRoute.Create(function, http, _configuration, _constraints);
                CheckParameters(function, route.ParameterNames);
                _routes.Add(route);
                break;
            case QueueTriggerAttribute queue:
                CheckParameters(function, QueueSource.BindingNames);
                _queues.Add(QueueSource.Create(function, queue, _configuration));
                break;
            case TimerTriggerAttribute timer:
                CheckParameters(function, []);
                _timers.Add(TimerSource.Create(function, timer, _configuration));
                break;
            default:
                throw new IndexingException("exactly one parameter must carry a trigger");
        }
    }

    /// <summary>A parameter nobody fills would be null in silence.</summary>
    private static void CheckParameters(Function function, IEnumerable<string> bindingNames)
    {
        var names = bindingNames.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var http = function.Trigger is HttpTriggerAttribute;
        var unbound = function.Method.GetParameters().FirstOrDefault(parameter => !(
            parameter == function.TriggerParameter
            || parameter.ParameterType == typeof(FunctionContext)
            || parameter.ParameterType == typeof(CancellationToken)
            || (http && parameter.ParameterType == typeof(HttpRequest))
            || (http && parameter.IsDefined(typeof(Microsoft.Azure.Functions.Worker.Http.FromBodyAttribute), inherit: false))
            || names.Contains(parameter.Name!)));
        if (unbound is not null)
        {
            throw new IndexingException($"nothing binds its parameter {unbound.Name}");
        }

        var answer = FunctionCall.ResultType(function.Method.ReturnType);
        if (http && answer != typeof(void) && !answer.IsAssignableTo(typeof(IResult)) && !answer.IsAssignableTo(typeof(IActionResult)))
        {
            throw new IndexingException($"an HTTP function answers with IResult or IActionResult, not with {answer.Name}");
        }
    }

    private bool IsDisabled(string function)
    {
        // The second form is for environments that allow no dots in names.
        var value = _configuration[$"AzureWebJobs.{function}.Disabled"] ?? _configuration[$"AzureWebJobs:{function}:Disabled"];
        return value is "1" || (bool.TryParse(value, out var disabled) && disabled);
    }
}
