using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Ssp.EmbeddedHost.Functions;

/// <summary>The innermost step: fills the parameters, calls the method, keeps what it returned.</summary>
internal static class FunctionCall
{
    public static async Task Execute(FunctionContext context)
    {
        var invocation = (Invocation)context;
        var method = invocation.Function.Method;
        var parameters = method.GetParameters();
        var arguments = new object?[parameters.Length];
        for (var i = 0; i < parameters.Length; i++)
        {
            arguments[i] = await Argument(invocation, parameters[i]);
        }

        var instance = method.IsStatic ? null : ActivatorUtilities.CreateInstance(invocation.InstanceServices, method.ReflectedType!);
        var returned = method.Invoke(instance, BindingFlags.DoNotWrapExceptions, null, arguments, CultureInfo.InvariantCulture);
        invocation.Result = await Await(returned, method.ReturnType);
    }

    /// <summary>What a method returns once it is awaited.</summary>
    public static Type ResultType(Type declared)
    {
        if (declared == typeof(Task) || declared == typeof(ValueTask))
        {
            return typeof(void);
        }

        var generic = declared.IsGenericType ? declared.GetGenericTypeDefinition() : null;
        return generic == typeof(Task<>) || generic == typeof(ValueTask<>) ? declared.GetGenericArguments()[0] : declared;
    }

    private static async ValueTask<object?> Argument(Invocation invocation, ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (type == typeof(FunctionContext))
        {
            return invocation;
        }

        if (type == typeof(CancellationToken))
        {
            return invocation.CancellationToken;
        }

        if (type == typeof(HttpRequest))
        {
            return invocation.GetHttpContext()!.Request;
        }

        if (parameter == invocation.Function.TriggerParameter || parameter.IsDefined(typeof(FromBodyAttribute), inherit: false))
        {
            return await Trigger(invocation, type);
        }

        return invocation.BindingContext.BindingData.TryGetValue(parameter.Name!, out var value) && value is not null
            ? Convert(value, type)
            : parameter.HasDefaultValue ? parameter.DefaultValue : type.IsValueType ? Activator.CreateInstance(type) : null;
    }

    private static async ValueTask<object?> Trigger(Invocation invocation, Type type) => invocation.Trigger switch
    {
        HttpContext http => await JsonSerializer.DeserializeAsync(http.Request.Body, type, JsonSerializerOptions.Web, invocation.CancellationToken),
        BinaryData message when type == typeof(BinaryData) => message,
        BinaryData message when type == typeof(byte[]) => message.ToArray(),
        BinaryData message when type == typeof(string) => message.ToString(),
        BinaryData message => JsonSerializer.Deserialize(message, type, JsonSerializerOptions.Web),
        var trigger => trigger,
    };

    private static object? Convert(object value, Type type) =>
        type.IsInstanceOfType(value) ? value
        : value is string text ? TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text)
        : type == typeof(string) ? System.Convert.ToString(value, CultureInfo.InvariantCulture)
        : System.Convert.ChangeType(value, Nullable.GetUnderlyingType(type) ?? type, CultureInfo.InvariantCulture);

    private static async Task<object?> Await(object? returned, Type declared)
    {
        if (returned is ValueTask plain)
        {
            await plain;
            return null;
        }

        if (returned is not Task && ResultType(declared) != declared)
        {
            returned = returned!.GetType().GetMethod(nameof(ValueTask<>.AsTask))!.Invoke(returned, null);
        }

        if (returned is not Task task)
        {
            return returned;
        }

        await task;
        // Asked of the declared type: an async Task is at run time a Task of something internal.
        return ResultType(declared) == typeof(void) ? null : task.GetType().GetProperty(nameof(Task<>.Result))!.GetValue(task);
    }
}
