using System.Diagnostics;
using Azure.Data.Tables;
using Ssp.Dev;

namespace Ssp.Tests.Durability;

/// <summary>An Azurite on a folder of its own, with a table of numbered rows in it.</summary>
public sealed class StoredRows(Repository repository, string folder) : IAsyncDisposable
{
    private readonly int[] ports = Ports.Free(3);
    private Azurite? azurite;

    /// <summary>The file of the log that was written last and holds something.</summary>
    public string Log =>
        Directory.EnumerateFiles(Path.Combine(folder, "durable"), "*.log").Where(file => new FileInfo(file).Length > 0).Max(StringComparer.Ordinal)!;

    public long LogBytes => Directory.EnumerateFiles(Path.Combine(folder, "durable"), "*.log").Sum(file => new FileInfo(file).Length);

    public string ConnectionString { get; private set; } = "";

    private TableClient Table
    {
        get
        {
            var options = new TableClientOptions();
            options.Retry.MaxRetries = 0;
            return new TableServiceClient(ConnectionString, options).GetTableClient("Numbers");
        }
    }

    public async Task StartAsync(bool plain = false, params (string Name, string Value)[] settings)
    {
        azurite = await Azurite.StartAsync(repository, folder, ports, plain, settings.ToDictionary(one => one.Name, one => one.Value));
        ConnectionString = azurite.ConnectionString;
        await Table.CreateIfNotExistsAsync();
    }

    public Task KillAsync() => azurite!.KillAsync();

    public async Task StopAsync()
    {
        await azurite!.DisposeAsync();
        azurite = null;
    }

    public async Task AddAsync(int from, int to)
    {
        for (var number = from; number < to; number++)
        {
            await Table.AddEntityAsync(new TableEntity("p", $"{number:D6}") { ["Text"] = $"text of {number}" });
        }
    }

    public Task RemoveAsync(int number) => Table.DeleteEntityAsync("p", $"{number:D6}");

    public async Task<int[]> NumbersAsync()
    {
        var numbers = new List<int>();
        await foreach (var row in Table.QueryAsync<TableEntity>())
        {
            Assert.Equal($"text of {int.Parse(row.RowKey, null)}", row.GetString("Text"));
            numbers.Add(int.Parse(row.RowKey, null));
        }

        return [.. numbers];
    }

    public async Task MakeTableAnewAsync()
    {
        await Table.DeleteAsync();
        await Table.CreateAsync();
    }

    /// <summary>Starts it where it should refuse, and returns its exit code and what it says.</summary>
    public async Task<(int Code, string Said)> RefusedAsync(params (string Name, string Value)[] settings)
    {
        var command = Azurite.Command(repository, folder, Ports.Free(3));
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        finally
        {
            process.Kill();
        }

        return (process.ExitCode, string.Concat(await said));
    }

    public async ValueTask DisposeAsync()
    {
        if (azurite is not null)
        {
            await azurite.DisposeAsync();
        }
    }
}
