using System.Collections;
using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Ssp.EmbeddedHost.Functions;

/// <summary>One run of one function: what started it, what it may see, what came of it.</summary>
internal sealed class Invocation : FunctionContext, IDisposable
{
    private readonly CancellationTokenSource _timeout;
    private readonly CancellationTokenSource _cancellation;

    public Invocation(
        Function function,
        object trigger,
        IReadOnlyDictionary<string, object?> bindingData,
        IServiceProvider services,
        TimeSpan timeLimit,
        params CancellationToken[] stops)
    {
        Function = function;
        Trigger = trigger;
        InstanceServices = services;
        BindingContext = new Bindings(bindingData);
        if (trigger is HttpContext)
        {
            Items[FunctionContextExtensions.HttpContextKey] = trigger;
        }

        _timeout = new CancellationTokenSource(timeLimit);
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource([_timeout.Token, .. stops]);
        CancellationToken = _cancellation.Token;
    }

    public Function Function { get; }

    /// <summary>An HttpContext, the BinaryData of a message, or a TimerInfo.</summary>
    public object Trigger { get; }

    public object? Result { get; set; }

    public bool TimedOut => _timeout.IsCancellationRequested;

    public override string InvocationId { get; } = Guid.NewGuid().ToString();

    public override string FunctionId => Function.Id;

    public override FunctionDefinition FunctionDefinition => Function;

    public override TraceContext TraceContext { get; } = new Trace(Activity.Current?.Id ?? "", Activity.Current?.TraceStateString ?? "");

    public override BindingContext BindingContext { get; }

    public override RetryContext? RetryContext => null;

    public override IServiceProvider InstanceServices { get; set; }

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override IInvocationFeatures Features { get; } = new FeatureSet();

    public override CancellationToken CancellationToken { get; }

    public void Dispose()
    {
        _cancellation.Dispose();
        _timeout.Dispose();
    }

    private sealed class Bindings(IReadOnlyDictionary<string, object?> data) : BindingContext
    {
        public override IReadOnlyDictionary<string, object?> BindingData => data;
    }

    private sealed class Trace(string parent, string state) : TraceContext
    {
        public override string TraceParent => parent;

        public override string TraceState => state;
    }

    private sealed class FeatureSet : IInvocationFeatures
    {
        private readonly Dictionary<Type, object> _features = [];

        public void Set<T>(T instance) => _features[typeof(T)] = instance!;

        public T? Get<T>() => _features.TryGetValue(typeof(T), out var feature) ? (T)feature : default;

        public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => _features.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
