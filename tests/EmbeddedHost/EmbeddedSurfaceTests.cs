using System.Reflection;
using Microsoft.Azure.Functions.Worker.Builder;

namespace Ssp.Tests.EmbeddedHost;

/// <summary>What is public here and not in the real worker would compile now and fail in Azure.</summary>
public sealed class EmbeddedSurfaceTests
{
    private const string Worker = "Microsoft.Azure.Functions.Worker.";

    private static readonly Dictionary<string, string[]> RealWorker = new()
    {
        [Worker + "FunctionAttribute"] = [".ctor(String)", "Name get"],
        [Worker + "HttpTriggerAttribute"] =
        [
            ".ctor()", ".ctor(String[])", ".ctor(AuthorizationLevel)", ".ctor(AuthorizationLevel, String[])", "Route get", "Route set", "Methods get", "AuthLevel get",
        ],
        [Worker + "AuthorizationLevel"] = ["Anonymous = 0", "User = 1", "Function = 2", "System = 3", "Admin = 4"],
        [Worker + "QueueTriggerAttribute"] = [".ctor(String)", "QueueName get", "Connection get", "Connection set"],
        [Worker + "TimerTriggerAttribute"] = [".ctor(String)", "Schedule get", "UseMonitor get", "UseMonitor set", "RunOnStartup get", "RunOnStartup set"],
        [Worker + "TimerInfo"] = [".ctor()", "ScheduleStatus get", "ScheduleStatus set", "IsPastDue get", "IsPastDue set"],
        [Worker + "ScheduleStatus"] = [".ctor()", "Last get", "Last set", "Next get", "Next set", "LastUpdated get", "LastUpdated set"],
        [Worker + "FunctionContext"] =
        [
            "InvocationId get", "FunctionId get", "TraceContext get", "BindingContext get", "RetryContext get", "InstanceServices get", "InstanceServices set",
            "FunctionDefinition get", "Items get", "Items set", "Features get", "CancellationToken get",
        ],
        [Worker + "BindingContext"] = ["BindingData get"],
        [Worker + "TraceContext"] = ["TraceParent get", "TraceState get"],
        [Worker + "RetryContext"] = ["RetryCount get", "MaxRetryCount get"],
        [Worker + "FunctionDefinition"] =
            ["Name get", "Id get", "EntryPoint get", "PathToAssembly get", "Parameters get", "InputBindings get", "OutputBindings get"],
        [Worker + "FunctionParameter"] = [".ctor(String, Type)", "Name get", "Type get"],
        [Worker + "BindingMetadata"] = ["Name get", "Type get"],
        [Worker + "IInvocationFeatures"] = ["Set(T)", "Get()"],
        [Worker + "FunctionContextExtensions"] = ["GetHttpContext(FunctionContext)"],
        [Worker + "FunctionContextLoggerExtensions"] = ["GetLogger(FunctionContext)"],
        [Worker + "IFunctionsWorkerApplicationBuilder"] = ["Services get", "Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate>)"],
        [Worker + "Http.FromBodyAttribute"] = [".ctor()"],
        [Worker + "Middleware.IFunctionsWorkerMiddleware"] = ["Invoke(FunctionContext, FunctionExecutionDelegate)"],
        [Worker + "Middleware.FunctionExecutionDelegate"] = ["Invoke(FunctionContext)"],
        [Worker + "Builder.FunctionsApplication"] = ["CreateBuilder(String[])"],
        [Worker + "Builder.FunctionsApplicationBuilder"] =
        [
            "Configuration get", "Environment get", "Logging get", "Metrics get", "Services get", "Build()",
            "Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate>)",
        ],
        [Worker + "Builder.FunctionsApplicationBuilderAspNetCoreExtensions"] = ["ConfigureFunctionsWebApplication(FunctionsApplicationBuilder)"],
        ["Microsoft.Extensions.Hosting.MiddlewareWorkerApplicationBuilderExtensions"] =
        [
            "UseMiddleware(IFunctionsWorkerApplicationBuilder)",
            "UseMiddleware(IFunctionsWorkerApplicationBuilder, Func<FunctionContext, Func<Task>, Task>)",
            "UseWhen(IFunctionsWorkerApplicationBuilder, Func<FunctionContext, Boolean>)",
        ],
    };

    [Fact]
    public void Everything_public_exists_in_the_real_worker()
    {
        var offered = typeof(FunctionsApplication).Assembly.GetExportedTypes().SelectMany(type => Members(type).Append("").Select(member => (type.FullName!, member)));
        var known = RealWorker.SelectMany(type => type.Value.Append("").Select(member => (type.Key, member)));
        Assert.Empty(offered.Except(known));
    }

    [Fact]
    public void Everything_listed_is_here()
    {
        var offered = typeof(FunctionsApplication).Assembly.GetExportedTypes().ToDictionary(type => type.FullName!, type => Members(type).ToHashSet());
        Assert.All(RealWorker, type => Assert.Empty(type.Value.Except(offered[type.Key])));
    }

    private static IEnumerable<string> Members(Type type)
    {
        const BindingFlags declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        if (type.IsEnum)
        {
            return Enum.GetValuesAsUnderlyingType(type).Cast<int>().Select(value => $"{Enum.GetName(type, value)} = {value}");
        }

        if (type.IsSubclassOf(typeof(Delegate)))
        {
            return [Signature(type.GetMethod("Invoke")!)];
        }

        return type.GetMembers(declared).SelectMany(member => member switch
        {
            PropertyInfo property => property.GetAccessors().Select(accessor => $"{property.Name} {accessor.Name[..3]}"),
            MethodInfo { IsSpecialName: true } => [],
            MethodBase method => [Signature(method)],
            _ => new[] { $"{member.MemberType} {member.Name}" },
        });
    }

    private static string Signature(MethodBase method) =>
        $"{method.Name}({string.Join(", ", method.GetParameters().Select(parameter => NameOf(parameter.ParameterType)))})";

    private static string NameOf(Type type) => type.IsGenericType
        ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>"
        : type.Name;
}
