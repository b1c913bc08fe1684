namespace Microsoft.Azure.Functions.Worker;

/// <summary>The name and the type (httpTrigger, queueTrigger, timerTrigger) of a binding.</summary>
public abstract class BindingMetadata
{
    public abstract string Name { get; }

    public abstract string Type { get; }
}
