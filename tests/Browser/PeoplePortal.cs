using Ssp.Tests.Support;

namespace Ssp.Tests.Browser;

/// <summary>The portal in which the stories of one class happen. Each story brings its own organisations and people.</summary>
public sealed class PeoplePortal(Stack stack, Chromium chromium) : IAsyncLifetime
{
    public TestPortal Portal { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Portal = await OwnPortal.StartAsync(stack);

    public async ValueTask DisposeAsync()
    {
        await chromium.CloseAsync(Portal.Address());
        await Portal.DisposeAsync();
    }
}
