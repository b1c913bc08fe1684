using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Ssp.Audit;
using Ssp.Audit.Forwarding;
using Ssp.Tests.Support;

namespace Ssp.Tests.Audit.Forwarding;

/// <summary>The forwarder of one portal, and what it logged.</summary>
internal sealed class OwnForwarder(OwnTrail trail, string receiver, string? authorities = null) : ILogger<TrailForwarder>
{
    private readonly ConcurrentQueue<string> log = new();
    private TrailForwarder? forwarder;

    public IReadOnlyList<string> Told => [.. log];

    public bool? Takes => forwarder?.Takes;

    /// <summary>A tick of its timer.</summary>
    public Task RunAsync() => (forwarder ??= Make()).RunAsync(CancellationToken.None);

    /// <summary>Where the event stands that a line of JSON tells of, and its hash.</summary>
    public static (string Chain, long Number, string Hash) PlaceOf(string line)
    {
        using var json = JsonDocument.Parse(line[line.IndexOf('{', StringComparison.Ordinal)..]);
        var root = json.RootElement;
        return (root.GetProperty("chain").GetString()!, root.GetProperty("number").GetInt64(), root.GetProperty("hash").GetString()!);
    }

    /// <summary>What a receiver should have of a chain.</summary>
    public static IEnumerable<(string Chain, long Number, string Hash)> PlacesOf(string chain, IEnumerable<StoredEvent> events) =>
        events.Select(one => (chain, one.Number, one.Hash));

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        log.Enqueue($"{logLevel}: {formatter(state, exception)}");

    private TrailForwarder Make()
    {
        var settings = TestSettings.Of(
            ("AuditForward", receiver), ("AuditForwardCaFile", authorities), ("PublicUrl", "https://hd4dp.hospital.example/ssp"));
        return new TrailForwarder(trail.Store, new ForwardPositions(trail.Storage), settings.Forwarding, settings.Http, TimeProvider.System, this);
    }
}
