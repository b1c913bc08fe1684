using System.Reflection;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;

namespace Ssp.Tests.Hosting;

/// <summary>What a build leaves in functions/: the folder that the Microsoft host is started on.</summary>
public sealed class BuildOutputTests
{
    // Built as these tests were.
    private static readonly string Folder = Path.Combine(
        Ssp.Dev.Repository.Find().Root,
        "functions",
        "bin",
        new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name,
        new DirectoryInfo(AppContext.BaseDirectory).Name);

    [Fact]
    public void The_hosts_own_settings_are_those_of_the_project() =>
        Assert.Equal(File.ReadAllText(Path.Combine(Ssp.Dev.Repository.Find().Root, "host.json")), File.ReadAllText(Path.Combine(Folder, "host.json")));

    [Fact]
    public void The_worker_is_a_program_that_is_there()
    {
        var worker = Read("worker.config.json").GetProperty("description");

        Assert.Equal("dotnet-isolated", worker.GetProperty("language").GetString());
        Assert.Equal("dotnet", worker.GetProperty("defaultExecutablePath").GetString());
        Assert.Equal("Ssp.Functions.dll", worker.GetProperty("defaultWorkerPath").GetString());
        Assert.All((string[])["Ssp.Functions.dll", "Ssp.Functions.deps.json", "Ssp.Functions.runtimeconfig.json", "static-ui/index.html"], AssertThere);
    }

    [Fact]
    public void Every_function_of_the_code_is_listed_with_its_trigger()
    {
        var code =
            from type in typeof(Ssp.Entrance.Portal).Assembly.GetTypes()
            from method in type.GetMethods()
            let function = method.GetCustomAttribute<FunctionAttribute>()
            where function is not null
            select (function.Name, EntryPoint: $"{type.FullName}.{method.Name}");

        var listed = Read("functions.metadata").EnumerateArray().ToList();

        Assert.Equal(
            code.Order(),
            listed.Select(one => (one.GetProperty("name").GetString()!, one.GetProperty("entryPoint").GetString()!)).Order());
        Assert.All(listed, one => Assert.Single(
            one.GetProperty("bindings").EnumerateArray(),
            binding => binding.GetProperty("type").GetString() is "httpTrigger" or "queueTrigger" or "timerTrigger"));
    }

    [Fact]
    public void Every_extension_the_host_is_to_load_is_there()
    {
        var extensions = Read("extensions.json").GetProperty("extensions").EnumerateArray().ToList();

        Assert.Contains("AzureStorageQueues", extensions.Select(one => one.GetProperty("name").GetString()));
        Assert.All(extensions, one => AssertThere(one.GetProperty("hintPath").GetString()!));
    }

    private static void AssertThere(string name) => Assert.True(File.Exists(Path.Combine(Folder, name)), $"{name} is missing in {Folder}");

    private static JsonElement Read(string name) => JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, name))).RootElement;
}
