namespace Microsoft.Azure.Functions.Worker;

/// <summary>What the trigger knows by name: route values, or facts about a queue message.</summary>
public abstract class BindingContext
{
    public abstract IReadOnlyDictionary<string, object?> BindingData { get; }
}
