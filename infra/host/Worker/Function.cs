using System.Text.Json;
using Ssp.Hosting.Worker.Messages;

namespace Ssp.Hosting.Worker;

/// <summary>A function as its worker describes it.</summary>
internal sealed class Function
{
    private readonly List<JsonElement> _bindings;

    public Function(RpcFunctionMetadata metadata)
    {
        (Name, Id, EntryPoint, ScriptFile) = (metadata.Name, metadata.FunctionId, metadata.EntryPoint, metadata.ScriptFile);
        _bindings = [.. metadata.RawBindings.Select(text => JsonDocument.Parse(text).RootElement)];
        var triggers = _bindings.Where(binding => TextOf(binding, "type").EndsWith("Trigger", StringComparison.OrdinalIgnoreCase)).ToList();
        Trigger = triggers.Count == 1 ? new Trigger(triggers[0]) : null;
    }

    public string Name { get; }

    public string Id { get; }

    public string EntryPoint { get; }

    /// <summary>The file of its assembly.</summary>
    public string ScriptFile { get; }

    /// <summary>What starts it; null when that is nothing, or several: an indexing error.</summary>
    public Trigger? Trigger { get; }

    /// <summary>The bindings in the form in which the worker wants them back.</summary>
    public IDictionary<string, BindingInfo> Bindings => _bindings.ToDictionary(
        binding => TextOf(binding, "name"),
        binding => new BindingInfo
        {
            Type = TextOf(binding, "type"),
            Direction = Enum.TryParse<BindingInfo.Types.Direction>(TextOf(binding, "direction"), ignoreCase: true, out var direction) ? direction : default,
            DataType = Enum.TryParse<BindingInfo.Types.DataType>(TextOf(binding, "dataType"), ignoreCase: true, out var type) ? type : default,
        });

    private static string TextOf(JsonElement binding, string name) => new Trigger(binding).Text(name) ?? "";
}
