using System.Text.Json;
using Ssp.Dev;
using Ssp.Dev.Demo;

namespace Ssp.Tests.Support;

/// <summary>
/// The portal as a person meets it after infra/run.sh, for the black-box and browser tests. The environment variable SSP_DEMO names
/// the demo.json of a portal that runs already, under whichever host; without it one is started, by the same code as run.sh.
/// </summary>
public sealed class DemoPortal(Repository repository) : IAsyncDisposable
{
    private readonly SemaphoreSlim starting = new(1, 1);
    private readonly string folder = Directory.CreateTempSubdirectory("ssp-demo-").FullName;
    private DevStack? started;
    private DemoFile? demo;

    /// <summary>Starts at the first call only: a run of other tests does not need it.</summary>
    public async Task<DemoFile> DemoAsync()
    {
        await starting.WaitAsync();
        try
        {
            return demo ??= Environment.GetEnvironmentVariable("SSP_DEMO") is { Length: > 0 } file
                ? JsonSerializer.Deserialize<DemoFile>(await File.ReadAllTextAsync(file), Ssp.Http.Json.Options)!
                : await StartAsync();
        }
        finally
        {
            starting.Release();
        }
    }

    /// <summary>A demo person, by the beginning of their address.</summary>
    public async Task<Person> PersonAsync(string who)
    {
        var file = await DemoAsync();
        var person = file.People.Single(one => one.Email.StartsWith(who, StringComparison.Ordinal));
        return new Person(new Uri(file.BaseUrl + "/"), person.Email, person.Password);
    }

    public async ValueTask DisposeAsync()
    {
        if (started is not null)
        {
            await started.DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
    }

    private async Task<DemoFile> StartAsync()
    {
        started = await DevStack.StartAsync(repository, new DevOptions(folder, Ports.Free(1)[0], null, null, 60), TextWriter.Null, CancellationToken.None);
        return started.Demo;
    }
}
