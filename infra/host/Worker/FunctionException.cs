using Ssp.Hosting.Worker.Messages;

namespace Ssp.Hosting.Worker;

/// <summary>What the function threw, as the worker told it.</summary>
internal sealed class FunctionException(RpcException? thrown) : Exception(thrown?.Message)
{
    public override string ToString() => thrown is null ? "The function failed." : $"{thrown.Type}: {thrown.Message}{Environment.NewLine}{thrown.StackTrace}";
}
