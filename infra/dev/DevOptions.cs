using System.Globalization;

namespace Ssp.Dev;

/// <summary>What infra/run.sh was asked for.</summary>
public sealed record DevOptions(string Data, int Port, int[]? AzuritePorts, int? PostgresPort, int Size)
{
    public const string Help =
        """
        infra/run.sh [--data DIR] [--port N] [--azurite-ports BLOB,QUEUE,TABLE] [--postgres-port N] [--size N]

          --data DIR        where this portal keeps its data and writes demo.json (default .data/demo)
          --port N          the portal's port (default 7071)
          --azurite-ports   three ports for Azurite (default: free ones)
          --postgres-port   a port for PostgreSQL (default: a free one)
          --size N          BCFR registrations of each demo hospital, when the databases are made (default 120)
        """;

    /// <exception cref="DevException">An option that does not exist, or a value that does not fit.</exception>
    public static DevOptions Parse(string[] args, string root)
    {
        var options = new DevOptions(Path.Combine(root, ".data", "demo"), 7071, null, null, 120);
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : throw new DevException($"{args[i]} needs a value.{Environment.NewLine}{Help}");
            options = args[i] switch
            {
                "--data" => options with
                {
                    Data = Path.GetFullPath(value, Environment.GetEnvironmentVariable("SSP_CALLED_FROM") ?? Environment.CurrentDirectory),
                },
                "--port" => options with { Port = Number(args[i], value, 65_535) },
                "--azurite-ports" => options with { AzuritePorts = Three(args[i], value) },
                "--postgres-port" => options with { PostgresPort = Number(args[i], value, 65_535) },
                "--size" => options with { Size = Number(args[i], value, 10_000_000) },
                _ => throw new DevException($"There is no option {args[i]}.{Environment.NewLine}{Help}"),
            };
        }

        return options;
    }

    private static int[] Three(string option, string value) =>
        value.Split(',') is { Length: 3 } parts
            ? [.. parts.Select(part => Number(option, part, 65_535))]
            : throw new DevException($"{option} takes three ports with commas between.");

    private static int Number(string option, string value, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most
            ? number
            : throw new DevException($"{option} takes a whole number from 1 to {most}.");
}
