namespace Microsoft.Azure.Functions.Worker.Middleware;

/// <summary>Work around every invocation.</summary>
public interface IFunctionsWorkerMiddleware
{
    Task Invoke(FunctionContext context, FunctionExecutionDelegate next);
}
