using System.Text.Json;

namespace Ssp.Hosting.Worker;

/// <summary>What starts a function, with the properties that its attribute gave it.</summary>
internal sealed class Trigger(JsonElement binding)
{
    public string ParameterName => Text("name")!;

    public string Type => Text("type")!;

    public string? Text(string name) => Find(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    public bool Flag(string name, bool defaultValue) =>
        Find(name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value ? value.GetBoolean() : defaultValue;

    /// <summary>A list of words; null when there is none.</summary>
    public IReadOnlyList<string>? Words(string name) =>
        Find(name) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray().Select(word => word.GetString()!)] : null;

    /// <summary>Whether the worker makes the parameter's value itself, from everything that is known of what triggered.</summary>
    public bool IsDeferred =>
        Find("properties") is { ValueKind: JsonValueKind.Object } properties
        && properties.EnumerateObject().Any(one =>
            one.Name.Equals("supportsDeferredBinding", StringComparison.OrdinalIgnoreCase)
            && one.Value.ToString().Equals("true", StringComparison.OrdinalIgnoreCase));

    private JsonElement? Find(string name)
    {
        foreach (var property in binding.EnumerateObject())
        {
            if (property.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return property.Value;
            }
        }

        return null;
    }
}
