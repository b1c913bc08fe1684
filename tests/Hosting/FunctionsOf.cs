using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;

namespace Ssp.Tests.Hosting;

/// <summary>Describes the functions of some classes to the worker, as the Functions SDK does for those of an app when it is built.</summary>
internal sealed class FunctionsOf(IReadOnlyCollection<Type> types) : IFunctionMetadataProvider
{
    private static readonly JsonSerializerOptions Options = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public Task<ImmutableArray<IFunctionMetadata>> GetFunctionMetadataAsync(string directory) => Task.FromResult<ImmutableArray<IFunctionMetadata>>(
    [
        .. from type in types
           from method in type.GetMethods()
           let function = method.GetCustomAttribute<FunctionAttribute>()
           where function is not null
           select new DefaultFunctionMetadata
           {
               Name = function.Name,
               Language = "dotnet-isolated",
               // Absolute, because the folder of the app holds only its host.json.
               ScriptFile = type.Assembly.Location,
               EntryPoint = $"{type.FullName}.{method.Name}",
               RawBindings = [.. method.GetParameters().SelectMany(Binding)],
           },
    ]);

    private static bool SaysLevel(ParameterInfo parameter) => parameter.GetCustomAttributesData().Any(
        data => data.AttributeType == typeof(HttpTriggerAttribute)
            && data.ConstructorArguments.Any(argument => argument.ArgumentType == typeof(AuthorizationLevel)));

    private static IEnumerable<string> Binding(ParameterInfo parameter)
    {
        foreach (var attribute in parameter.GetCustomAttributes())
        {
            object? binding = attribute switch
            {
                HttpTriggerAttribute http => new
                {
                    name = parameter.Name,
                    type = "httpTrigger",
                    direction = "In", // As the SDK does: only where the attribute says it.
                    authLevel = SaysLevel(parameter) ? http.AuthLevel.ToString() : null,
                    methods = http.Methods ?? [],
                    route = http.Route,
                },
                QueueTriggerAttribute queue => new
                {
                    name = parameter.Name,
                    type = "queueTrigger",
                    direction = "In",
                    queueName = queue.QueueName,
                    connection = queue.Connection,
                    dataType = parameter.ParameterType == typeof(string) ? "String" : parameter.ParameterType == typeof(byte[]) ? "Binary" : null,
                    properties = parameter.ParameterType == typeof(BinaryData) ? new { supportsDeferredBinding = "True" } : null,
                },
                TimerTriggerAttribute timer => new
                {
                    name = parameter.Name,
                    type = "timerTrigger",
                    direction = "In",
                    schedule = timer.Schedule,
                    useMonitor = timer.UseMonitor,
                    runOnStartup = timer.RunOnStartup,
                },
                _ => null,
            };
            if (binding is not null)
            {
                yield return JsonSerializer.Serialize(binding, Options);
            }
        }
    }
}
