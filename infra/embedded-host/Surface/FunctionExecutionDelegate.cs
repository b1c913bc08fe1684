namespace Microsoft.Azure.Functions.Worker.Middleware;

/// <summary>The rest of the way to the function, and the function itself.</summary>
public delegate Task FunctionExecutionDelegate(FunctionContext context);
