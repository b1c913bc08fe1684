using Azure;
using Azure.Data.Tables;
using Ssp.Dev;
using Ssp.Tests.Support;

namespace Ssp.Tests.Durability;

public sealed class LogTests(Stack stack) : IAsyncLifetime
{
    // As POSIX has sh count them.
    private const int BlocksPerKilobyte = 2;

    private StoredRows rows = null!;
    private string folder = null!;
    private ChildProcess? limited;

    public ValueTask InitializeAsync()
    {
        folder = stack.NewFolder("durable");
        rows = new StoredRows(stack.Repository, folder);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await (limited?.DisposeAsync() ?? ValueTask.CompletedTask);
        await rows.DisposeAsync();
    }

    [Fact]
    public async Task A_write_that_a_crash_broke_off_is_ignored()
    {
        await KilledWithAsync(30);
        foreach (var torn in (byte[][])[[0xFF], [0xFF, 0x57, 0x41, 0x4C, 1, 2, 3, 4, 0, 1, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, (byte)'['], new byte[5000]])
        {
            await using (var log = new FileStream(rows.Log, FileMode.Append))
            {
                await log.WriteAsync(torn);
            }

            await rows.StartAsync();
            Assert.Equal(Enumerable.Range(0, 30), await rows.NumbersAsync());
            await rows.RemoveAsync(0);
            await rows.AddAsync(0, 1);
            await rows.KillAsync();
        }

        // The end of the last record itself: its change was then never acknowledged.
        await using (var log = new FileStream(rows.Log, FileMode.Open))
        {
            log.SetLength(log.Length - 1);
        }

        await rows.StartAsync();
        Assert.Equal(Enumerable.Range(1, 29), await rows.NumbersAsync());
    }

    [Fact]
    public async Task A_damaged_record_before_whole_ones_is_refused()
    {
        await KilledWithAsync(30);
        var log = await File.ReadAllBytesAsync(rows.Log);
        var damaged = (byte[])log.Clone();
        damaged[log.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(rows.Log, damaged);
        var (code, said) = await rows.RefusedAsync();
        Assert.NotEqual(0, code);
        Assert.Contains($"The log is damaged: {rows.Log} at byte ", said, StringComparison.Ordinal);
        Assert.Contains("Restore the data folder from a backup", said, StringComparison.Ordinal);

        await File.WriteAllBytesAsync(rows.Log, log);
        await rows.StartAsync();
        Assert.Equal(Enumerable.Range(0, 30), await rows.NumbersAsync());
    }

    [Fact]
    public async Task A_missing_segment_is_refused()
    {
        await KilledWithAsync(10);
        var first = rows.Log;
        for (var round = 1; round < 3; round++)
        {
            await rows.StartAsync();
            await rows.AddAsync(10 * round, 10 * (round + 1));
            await rows.KillAsync();
            if (round == 1)
            {
                first = rows.Log;
            }
        }

        File.Move(first, $"{first}.away");
        var (code, said) = await rows.RefusedAsync();
        Assert.NotEqual(0, code);
        Assert.Contains("a part of the log is missing", said, StringComparison.Ordinal);
        File.Move($"{first}.away", first);
        await rows.StartAsync();
        Assert.Equal(Enumerable.Range(0, 30), await rows.NumbersAsync());
    }

    [Fact]
    public async Task A_second_Azurite_on_the_folder_refuses_until_the_first_is_killed()
    {
        await rows.StartAsync();
        await rows.AddAsync(0, 3);
        var (code, said) = await rows.RefusedAsync();
        Assert.NotEqual(0, code);
        Assert.StartsWith($"Another Azurite works on {folder}.", said, StringComparison.Ordinal);
        await rows.AddAsync(3, 5);
        await rows.KillAsync();
        await rows.StartAsync();
        Assert.Equal(Enumerable.Range(0, 5), await rows.NumbersAsync());
    }

    [Fact]
    public async Task A_log_that_has_grown_is_saved_and_shrinks()
    {
        await rows.StartAsync(settings: ("SSP_AZURITE_LOG_BYTES", "50000"));
        await rows.AddAsync(0, 1000);
        for (var number = 0; number < 1000; number += 2)
        {
            await rows.RemoveAsync(number);
        }

        // 1,500 changes are about 400 KB; what a save writes is less than 250 KB, and the log may grow as large.
        await WaitUntilAsync(() => rows.LogBytes < 300_000);
        Assert.False(File.Exists(Path.Combine(folder, "durable", "000001.log")));
        await rows.KillAsync();
        await rows.StartAsync();
        Assert.Equal(Enumerable.Range(0, 500).Select(number => (2 * number) + 1), await rows.NumbersAsync());
    }

    [Fact]
    public async Task A_part_of_the_log_that_was_saved_long_ago_and_came_back_with_a_power_cut_is_not_done_again()
    {
        var first = Path.Combine(folder, "durable", "000001.log");
        await KilledWithAsync(30);
        var bytes = await File.ReadAllBytesAsync(first);
        for (var round = 1; round <= 2; round++)
        {
            await rows.StartAsync(settings: ("SSP_AZURITE_LOG_BYTES", "20000"));
            await rows.RemoveAsync(round);
            await rows.AddAsync(100 * round, 100 * (round + 1));
            await WaitUntilAsync(() => !File.Exists(first));
            await rows.KillAsync();
        }

        await File.WriteAllBytesAsync(first, bytes);
        await rows.StartAsync();
        int[] expected = [0, .. Enumerable.Range(3, 27), .. Enumerable.Range(100, 200)];
        Assert.Equal(expected, await rows.NumbersAsync());
    }

    [Fact]
    public async Task A_missing_beginning_of_the_log_is_refused()
    {
        await KilledWithAsync(5);
        await rows.StartAsync();
        await rows.AddAsync(5, 10);
        await rows.KillAsync();
        File.Delete(Path.Combine(folder, "durable", "000001.log"));

        var (code, said) = await rows.RefusedAsync();

        Assert.NotEqual(0, code);
        Assert.Contains("so a part of the log is missing", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_changes_of_few_rows_come_back_and_numbers_are_not_given_twice()
    {
        await KilledWithAsync(3);
        for (var round = 0; round < 3; round++)
        {
            await rows.StartAsync();
            await rows.RemoveAsync(2);
            await rows.AddAsync(2, 4);
            await rows.RemoveAsync(3);
            await rows.KillAsync();
        }

        await rows.StartAsync();
        await rows.AddAsync(3, 5);
        await rows.StopAsync();
        var database = await File.ReadAllTextAsync(Path.Combine(folder, "__azurite_db_table__.json"));
        var numbers = System.Text.RegularExpressions.Regex.Matches(database, "\"RowKey\":\"00000\\d\".*?\"\\$loki\":(\\d+)")
            .Select(match => int.Parse(match.Groups[1].Value, null))
            .ToList();

        await rows.StartAsync();
        Assert.Equal(Enumerable.Range(0, 5), await rows.NumbersAsync());
        Assert.Equal(5, numbers.Distinct().Count());
        Assert.True(numbers.Max() > 8, "A number of a removed row was given again.");
    }

    [Fact]
    public async Task A_save_that_has_no_room_leaves_nothing_behind_and_the_log_goes_on()
    {
        // The log's parts stay below this size, and the saved database grows beyond it.
        var ports = await StartLimitedAsync(256, ("SSP_AZURITE_LOG_BYTES", "20000"));
        var text = new string('x', 900);
        var table = TableAt(ports);
        for (var number = 0; number < 400; number++)
        {
            await table.AddEntityAsync(new TableEntity("p", $"{number:D6}") { ["Text"] = $"text of {number}", ["More"] = text });
        }

        await WaitUntilAsync(() => limited!.LastOutput.Contains("could not be saved (EFBIG", StringComparison.Ordinal));
        Assert.False(limited!.HasExited);
        await limited.KillAsync();
        Assert.Empty(Directory.EnumerateFiles(folder, "*~"));
        await rows.StartAsync();
        Assert.Equal(Enumerable.Range(0, 400), await rows.NumbersAsync());
    }

    [Fact]
    public async Task A_table_that_was_deleted_and_made_anew_comes_back_with_the_new_rows_only()
    {
        await KilledWithAsync(10);
        await rows.StartAsync();
        await rows.MakeTableAnewAsync();
        await rows.AddAsync(5, 8);
        await rows.KillAsync();
        await rows.StartAsync();
        Assert.Equal(Enumerable.Range(5, 3), await rows.NumbersAsync());
        await rows.MakeTableAnewAsync();
        await rows.KillAsync();
        await rows.StartAsync();
        Assert.Empty(await rows.NumbersAsync());
    }

    [Fact]
    public async Task Plain_Azurite_goes_on_after_a_stop_and_the_launcher_after_plain_Azurite()
    {
        await rows.StartAsync();
        await rows.AddAsync(0, 20);
        await rows.StopAsync();
        Assert.Equal(0, rows.LogBytes);
        await rows.StartAsync(plain: true);
        Assert.Equal(Enumerable.Range(0, 20), await rows.NumbersAsync());
        await rows.AddAsync(20, 40);
        await rows.RemoveAsync(0);
        await rows.StopAsync();
        await rows.StartAsync();
        Assert.Equal(Enumerable.Range(1, 39), await rows.NumbersAsync());
        await rows.AddAsync(40, 50);
        await rows.KillAsync();
        await rows.StartAsync();
        Assert.Equal(Enumerable.Range(1, 49), await rows.NumbersAsync());
    }

    [Fact]
    public async Task What_plain_Azurite_saved_over_an_open_log_is_refused()
    {
        await KilledWithAsync(5);
        await rows.StartAsync(plain: true);
        await rows.StopAsync();
        var (code, said) = await rows.RefusedAsync();
        Assert.NotEqual(0, code);
        Assert.Contains("was saved by plain Azurite while the log held changes", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_Azurite_of_another_version_is_refused()
    {
        var package = Directory.CreateDirectory(Path.Combine(folder, "package")).FullName;
        await File.WriteAllTextAsync(Path.Combine(package, "package.json"), """{ "name": "azurite", "version": "3.99.0" }""");
        var (code, said) = await rows.RefusedAsync(("SSP_AZURITE_PACKAGE", package));
        Assert.NotEqual(0, code);
        Assert.StartsWith($"This launcher knows the inside of azurite 3.37.0, and {package} has 3.99.0.", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_acknowledges_nothing_that_is_not_there_after()
    {
        // A limit on the size of a file stands for the disk: the write is cut short, then fails.
        var ports = await StartLimitedAsync(32);
        var child = limited!;
        var table = TableAt(ports);
        var acknowledged = 0;
        try
        {
            for (; acknowledged < 1000; acknowledged++)
            {
                await table.AddEntityAsync(new TableEntity("p", $"{acknowledged:D6}") { ["Text"] = $"text of {acknowledged}" });
            }
        }
        catch (RequestFailedException error)
        {
            Assert.Equal(0, error.Status);
        }

        await WaitUntilAsync(() => child.HasExited && child.LastOutput.Contains("The log could not be written (EFBIG", StringComparison.Ordinal));
        Assert.InRange(acknowledged, 20, 900);
        await rows.StartAsync();
        Assert.Equal(Enumerable.Range(0, acknowledged), (await rows.NumbersAsync())[..acknowledged]);
        await rows.AddAsync(2000, 2010);
    }

    // With a limit on the size of each file, in KB.
    private async Task<int[]> StartLimitedAsync(int most, params (string Name, string Value)[] settings)
    {
        await rows.StartAsync();
        await rows.StopAsync();
        var ports = Ports.Free(3);
        limited = ChildProcess.Start(
            "TERM", ["sh", "-c", $"ulimit -f {most * BlocksPerKilobyte}; exec \"$@\"", "sh", .. Azurite.Command(stack.Repository, folder, ports)], folder,
            settings.ToDictionary(one => one.Name, one => one.Value));
        await Ports.WaitUntilOpenAsync(ports[2], "Azurite", limited, CancellationToken.None);
        return ports;
    }

    private TableClient TableAt(int[] ports)
    {
        var options = new TableClientOptions();
        options.Retry.MaxRetries = 0;
        return new TableServiceClient(rows.ConnectionString.Replace($":{PortOf(rows.ConnectionString)}/", $":{ports[2]}/", StringComparison.Ordinal), options)
            .GetTableClient("Numbers");
    }

    private static string PortOf(string connection) =>
        new Uri(connection.Split("TableEndpoint=")[1].TrimEnd(';')).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static async Task WaitUntilAsync(Func<bool> holds)
    {
        for (var attempt = 0; attempt < 100 && !holds(); attempt++)
        {
            await Task.Delay(100);
        }

        Assert.True(holds());
    }

    private async Task KilledWithAsync(int count)
    {
        await rows.StartAsync();
        await rows.AddAsync(0, count);
        await rows.KillAsync();
    }
}
