using System.Net.Sockets;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Ssp.Dev;
using Ssp.Tests.Chaos;
using Ssp.Tests.Hosting;
using Ssp.Tests.Support;

namespace Ssp.Tests.Durability;

/// <summary>Azurite where the disk takes no more files, or nothing at all, or where it may open no more files itself.</summary>
public sealed class ScarceTests(Stack stack) : IAsyncLifetime
{
    private readonly int[] ports = Ports.Free(3);
    private string folder = null!;
    private ChildProcess? azurite;

    private TableClient Table => new TableServiceClient(Azurite.ConnectionStringOf(ports), Impatient(new TableClientOptions())).GetTableClient("Scarce");

    private BlobContainerClient Files =>
        new BlobServiceClient(Azurite.ConnectionStringOf(ports), Impatient(new BlobClientOptions())).GetBlobContainerClient("scarce");

    public ValueTask InitializeAsync()
    {
        folder = stack.NewFolder("scarce");
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => azurite?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Without_room_for_another_file_the_log_goes_on_and_what_needs_one_is_not_acknowledged()
    {
        await using var disk = await MountAsync("size=128m,nr_inodes=80");
        await StartAsync(disk.Inside);
        await Table.CreateAsync();
        await Files.CreateAsync();
        disk.FillWithFiles();

        // More often than Azurite has places to write at.
        for (var attempt = 0; attempt < 60; attempt++)
        {
            var refused = await Assert.ThrowsAsync<RequestFailedException>(() => Files.UploadBlobAsync("file", BinaryData.FromString("text")));
            Assert.Equal(500, refused.Status);
        }

        await AddAsync(0, 200);
        await Eventually.Is(() => azurite!.LastOutput.Contains("could not be saved (ENOSPC", StringComparison.Ordinal), "a save was tried");
        disk.Free();
        Assert.Equal(0, await Files.GetBlobsAsync().CountAsync());
        var contents = Enumerable.Range(0, 8).Select(number => new string((char)('a' + number), 3_000_000)).ToList();
        await Task.WhenAll(contents.Select((content, number) => Files.UploadBlobAsync($"file-{number}", BinaryData.FromString(content))));
        await azurite!.KillAsync();
        await StartAsync(disk.Inside);
        await AddAsync(200, 400);

        await Eventually.Is(
            () => !File.Exists(disk.FromOutside(Path.Combine(folder, "durable", "000001.log"))), "the log was saved and its first part removed");
        await azurite.KillAsync();
        await StartAsync(disk.Inside);
        Assert.Equal(Enumerable.Range(0, 400), await NumbersAsync());
        foreach (var (number, content) in contents.Index())
        {
            Assert.Equal(content, (await Files.GetBlobClient($"file-{number}").DownloadContentAsync()).Value.Content.ToString());
        }
    }

    [Fact]
    public async Task A_disk_that_is_read_only_is_named_at_the_start_and_holds_everything_after()
    {
        await using var disk = await MountAsync("size=64m");
        await StartAsync(disk.Inside);
        await Table.CreateAsync();
        await AddAsync(0, 20);
        await azurite!.KillAsync();
        await disk.RemountAsync("ro");

        await using (var refused = ChildProcess.Start("TERM", [.. disk.Inside, .. Azurite.Command(stack.Repository, folder, ports)], "/"))
        {
            await refused.WaitForExitAsync();
            Assert.StartsWith("Azurite was not started: EROFS: read-only file system", refused.LastOutput, StringComparison.Ordinal);
            Assert.Contains(folder, refused.LastOutput, StringComparison.Ordinal);
        }

        await disk.RemountAsync("rw");
        await StartAsync(disk.Inside);
        Assert.Equal(Enumerable.Range(0, 20), await NumbersAsync());
    }

    [Fact]
    public async Task Without_handles_for_another_file_the_log_goes_on_and_loses_nothing()
    {
        await StartAsync(["sh", "-c", "ulimit -n 64; exec \"$@\"", "sh"]);
        await Table.CreateAsync();
        var callers = new List<TcpClient>();
        try
        {
            // Its own connection is there already, and is kept.
            for (var number = 0; number < 100; number++)
            {
                callers.Add(new TcpClient("127.0.0.1", ports[2]));
            }

            await AddAsync(0, 200);
            await Eventually.Is(() => azurite!.LastOutput.Contains("could not be saved (EMFILE", StringComparison.Ordinal), "a save was tried");
        }
        finally
        {
            callers.ForEach(caller => caller.Dispose());
        }

        await AddAsync(200, 400);
        await Eventually.Is(() => !File.Exists(Path.Combine(folder, "durable", "000001.log")), "the log was saved and its first part removed");
        await azurite!.KillAsync();
        await StartAsync([]);
        Assert.Equal(Enumerable.Range(0, 400), await NumbersAsync());
    }

    private static T Impatient<T>(T options)
        where T : Azure.Core.ClientOptions
    {
        options.Retry.MaxRetries = 0;
        return options;
    }

    private async Task<SmallDisk> MountAsync(string options)
    {
        var disk = await SmallDisk.TryMountAsync(folder, options);
        Assert.SkipWhen(disk is null, "This account may not mount a disk of its own.");
        return disk;
    }

    private async Task StartAsync(IReadOnlyList<string> wrapper)
    {
        await (azurite?.DisposeAsync() ?? ValueTask.CompletedTask);
        azurite = ChildProcess.Start(
            "TERM",
            [.. wrapper, .. Azurite.Command(stack.Repository, folder, ports)],
            "/",
            new Dictionary<string, string> { ["SSP_AZURITE_LOG_BYTES"] = "20000" });
        foreach (var port in ports)
        {
            await Ports.WaitUntilOpenAsync(port, "Azurite", azurite, CancellationToken.None);
        }
    }

    private async Task AddAsync(int from, int to)
    {
        var table = Table;
        for (var number = from; number < to; number++)
        {
            await table.AddEntityAsync(new TableEntity("p", $"{number:D6}") { ["Text"] = $"text of {number}" });
        }
    }

    private async Task<int[]> NumbersAsync() => [.. await Table.QueryAsync<TableEntity>().Select(row => int.Parse(row.RowKey, null)).ToListAsync()];
}
