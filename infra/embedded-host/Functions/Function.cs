using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace Ssp.EmbeddedHost.Functions;

/// <summary>A method that carries [Function], and the one parameter that says what starts it.</summary>
internal sealed class Function : FunctionDefinition
{
    private Function(string name, MethodInfo method)
    {
        Name = name;
        Method = method;
        var triggers = method.GetParameters()
            .Select(parameter => (Parameter: parameter, Trigger: parameter.GetCustomAttributes().FirstOrDefault(attribute => TriggerType(attribute) is not null)))
            .Where(pair => pair.Trigger is not null)
            .ToList();
        (TriggerParameter, Trigger) = triggers.Count == 1 ? triggers[0] : (null, null);
        InputBindings = triggers.ToImmutableDictionary(
            pair => pair.Parameter.Name!, pair => (BindingMetadata)new Binding(pair.Parameter.Name!, TriggerType(pair.Trigger!)!));
    }

    public MethodInfo Method { get; }

    /// <summary>Null when the method has none, or several: an indexing error.</summary>
    public Attribute? Trigger { get; }

    public ParameterInfo? TriggerParameter { get; }

    public override string Name { get; }

    public override string Id => Name;

    public override string EntryPoint => $"{Method.ReflectedType!.FullName}.{Method.Name}";

    public override string PathToAssembly => Method.Module.Assembly.Location;

    public override ImmutableArray<FunctionParameter> Parameters =>
        [.. Method.GetParameters().Select(parameter => new FunctionParameter(parameter.Name!, parameter.ParameterType))];

    public override IImmutableDictionary<string, BindingMetadata> InputBindings { get; }

    public override IImmutableDictionary<string, BindingMetadata> OutputBindings => ImmutableDictionary<string, BindingMetadata>.Empty;

    /// <summary>The functions in the order in which their routes are tried: by name.</summary>
    public static IReadOnlyList<Function> FindIn(IEnumerable<Type> types) =>
        [.. types
            .Where(type => type is { IsClass: true, ContainsGenericParameters: false } && (!type.IsAbstract || type.IsSealed))
            .SelectMany(type => type.GetMethods())
            .Select(method => method.GetCustomAttribute<FunctionAttribute>() is { } function ? new Function(function.Name, method) : null)
            .OfType<Function>()
            .OrderBy(function => function.Name, StringComparer.OrdinalIgnoreCase)];

    private static string? TriggerType(Attribute attribute) => attribute switch
    {
        HttpTriggerAttribute => "httpTrigger",
        QueueTriggerAttribute => "queueTrigger",
        TimerTriggerAttribute => "timerTrigger",
        _ => null,
    };

    private sealed class Binding(string name, string type) : BindingMetadata
    {
        public override string Name => name;

        public override string Type => type;
    }
}
