using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Ssp.Dev;

/// <summary>
/// A program this one started and takes down again. The child hangs on a pipe: when this process ends, however
/// it ends (kill -9 included), the pipe closes and a tiny shell beside the child sends it the stop signal.
/// That shell keeps nothing of the child's output open, so the output ends with the child.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    // setsid keeps Ctrl-C in the terminal from reaching the children first: they are stopped in order, the portal before its storage.
    private const string Keeper = """
        signal=$1; shift
        exec 3<&0
        "$@" </dev/null &
        child=$!
        (cat <&3; kill -"$signal" "$child") >/dev/null 2>&1 &
        exec 3<&-
        wait "$child"
        """;

    private readonly Process process;
    private readonly ConcurrentQueue<string> lastLines = new();

    private ChildProcess(Process process) => this.process = process;

    /// <summary>The process id of the program itself, not of the shell that keeps it (Linux only).</summary>
    public int ProgramId => int.Parse(File.ReadAllText(ChildrenFile(process.Id)).Split(' ')[0], CultureInfo.InvariantCulture);

    /// <summary>
    /// Sends a signal, e.g. KILL, STOP or CONT, to the program and then to those it started; one that is not up yet, or gone, gets none (Linux only).
    /// </summary>
    public void Signal(string name)
    {
        try
        {
            var program = ProgramId;
            var started = ChildrenOf(program);
            Send(name, [program]);
            // Once more: until it was stopped it may have started another.
            Send(name, started.Union(ChildrenOf(program)));
        }
        catch (Exception error) when (error is FormatException or IOException)
        {
            // There is nobody to tell.
        }
    }

    /// <summary>Ends the program as a crash would, with kill -9, whether it has come up already or not (Linux only).</summary>
    public async Task KillAsync()
    {
        // The whole group, with the shell beside the program. Right after the start there is no group yet, so it takes more than one try.
        while (!process.HasExited)
        {
            Send("KILL", [-process.Id]);
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
            await process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await process.WaitForExitAsync();
    }

    public bool HasExited => process.HasExited;

    /// <summary>The last lines the child printed, for the sentence that explains why it did not start.</summary>
    public string LastOutput => string.Join(Environment.NewLine, lastLines);

    /// <param name="stopSignal">The signal that makes this program stop in good order, e.g. TERM, or INT for PostgreSQL's fast shutdown.</param>
    /// <param name="onLine">Receives each line of the child's output.</param>
    public static ChildProcess Start(
        string stopSignal, IReadOnlyList<string> command, string workingFolder,
        IReadOnlyDictionary<string, string>? environment = null, Action<string>? onLine = null)
    {
        var start = new ProcessStartInfo("setsid")
        {
            WorkingDirectory = workingFolder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var part in (string[])["sh", "-c", Keeper, "keeper", stopSignal, .. command])
        {
            start.ArgumentList.Add(part);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var child = new ChildProcess(new Process { StartInfo = start });
        child.process.OutputDataReceived += (_, line) => child.Remember(line.Data, onLine);
        child.process.ErrorDataReceived += (_, line) => child.Remember(line.Data, onLine);
        child.process.Start();
        child.process.BeginOutputReadLine();
        child.process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Runs a program to its end and returns what it printed; throws with that text when it fails.</summary>
    public static async Task<string> RunAsync(IReadOnlyList<string> command, string workingFolder, CancellationToken cancel = default)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = workingFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var errors = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{command[0]} ended with {process.ExitCode}: {await output}{await errors}");
    }

    public Task WaitForExitAsync(CancellationToken cancel = default) => process.WaitForExitAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.StandardInput.Close();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(45));
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        process.Dispose();
    }

    private static string ChildrenFile(int program) => $"/proc/{program}/task/{program}/children";

    private static IReadOnlyList<int> ChildrenOf(int program) =>
        File.Exists(ChildrenFile(program))
            ? [.. File.ReadAllText(ChildrenFile(program))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(id => int.Parse(id, CultureInfo.InvariantCulture))]
            : [];

    /// <param name="programs">Process ids; less than zero: of a group.</param>
    private static void Send(string signal, IEnumerable<int> programs)
    {
        // Whoever is gone meanwhile needs no signal, so what kill says about that is not shown.
        string[] words = [$"-{signal}", "--", .. programs.Select(id => id.ToString(CultureInfo.InvariantCulture))];
        using var kill = Process.Start(new ProcessStartInfo("kill", words) { RedirectStandardError = true })!;
        kill.WaitForExit();
    }

    private void Remember(string? line, Action<string>? onLine)
    {
        if (line is null)
        {
            return;
        }

        lastLines.Enqueue(line);
        while (lastLines.Count > 20 && lastLines.TryDequeue(out _))
        {
        }

        onLine?.Invoke(line);
    }
}
