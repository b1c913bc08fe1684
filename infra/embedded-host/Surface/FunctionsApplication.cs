using System.Reflection;
using System.Runtime.CompilerServices;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>The way in: <c>FunctionsApplication.CreateBuilder(args)</c>.</summary>
public class FunctionsApplication
{
    private FunctionsApplication()
    {
    }

    // Not inlined: the functions are those of the assembly that calls, which need not be the one the process started with.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static FunctionsApplicationBuilder CreateBuilder(string[] args) => new(args, Assembly.GetCallingAssembly(), null);

    /// <summary>For tests: an application with just the functions of these classes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static FunctionsApplicationBuilder CreateBuilder(string[] args, params Type[] functionTypes) =>
        new(args, Assembly.GetCallingAssembly(), functionTypes);
}
