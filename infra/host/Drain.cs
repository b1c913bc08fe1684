using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Ssp.Hosting;

/// <summary>The two moments of a graceful stop: nothing new is begun, and (later) what still runs is cancelled.</summary>
internal sealed class Drain : IDisposable
{
    private readonly CancellationTokenSource _expired = new();
    private readonly CancellationTokenRegistration _stopping;

    public Drain(IHostApplicationLifetime lifetime, IConfiguration configuration)
    {
        var time = TimeIn(configuration);
        Stopping = lifetime.ApplicationStopping;
        _stopping = Stopping.Register(() => _expired.CancelAfter(time));
    }

    public CancellationToken Stopping { get; }

    public CancellationToken Expired => _expired.Token;

    public static TimeSpan TimeIn(IConfiguration configuration) =>
        configuration.GetValue("LocalHost:DrainTime", TimeSpan.FromSeconds(30));

    public void Dispose()
    {
        _stopping.Dispose();
        _expired.Dispose();
    }
}
