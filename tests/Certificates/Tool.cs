using System.Diagnostics;

namespace Ssp.Tests.Certificates;

/// <summary>Other people's programs for certificates, run in a folder of their own with the password in the environment.</summary>
internal sealed class Tool : IDisposable
{
    public const string Password = "Een wachtwoord 1";

    private readonly string folder = Directory.CreateTempSubdirectory("ssp-p12-").FullName;

    public Tool()
    {
        // Some take the password from a file only.
        File.WriteAllText(Path.Combine(folder, "password"), Password);
        File.SetUnixFileMode(Path.Combine(folder, "password"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>What the programs find in the variable PASSWORD.</summary>
    public string PasswordInEnvironment { get; init; } = Password;

    public string PathOf(string name) => Path.Combine(folder, name);

    public byte[] Read(string name) => File.ReadAllBytes(PathOf(name));

    public void Write(string name, byte[] content) => File.WriteAllBytes(PathOf(name), content);

    public void Write(string name, string content) => File.WriteAllText(PathOf(name), content);

    /// <summary>Runs the program, which has to succeed.</summary>
    public string Run(params string[] command)
    {
        var (code, output) = Try(command);
        Assert.True(code == 0, $"{string.Join(' ', command)}: {output}");
        return output;
    }

    /// <summary>Runs the program with an input; it has to succeed.</summary>
    public string Feed(string input, params string[] command)
    {
        var (code, output) = Start(input, command);
        Assert.True(code == 0, $"{string.Join(' ', command)}: {output}");
        return output;
    }

    public (int Code, string Output) Try(params string[] command) => Start("", command);

    private (int Code, string Output) Start(string input, string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["PASSWORD"] = PasswordInEnvironment;
        if (command[0] != "java")
        {
            // keytool is over before what it compiles and collects at leisure has paid: half of its work.
            start.Environment["JAVA_TOOL_OPTIONS"] = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var shown = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var output = shown.Result;
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}
