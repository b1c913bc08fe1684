using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Ssp;
using Ssp.Audit;
using Ssp.Certificates;

try
{
    if (args is [VerifyCommand.Word, .. var rest])
    {
        // Built, never started: nothing listens, and the trail may be checked beside the running portal.
        using var parts = Portal.CreateBuilder(rest).Build();
        return await parts.Services.GetRequiredService<VerifyCommand>().RunAsync(rest.Where(word => !word.StartsWith('-')), Console.Out, Console.Error, CancellationToken.None);
    }

    if (args is [RenewKeysCommand.Word, .. var more])
    {
        using var parts = Portal.CreateBuilder(more).Build();
        return await parts.Services.GetRequiredService<RenewKeysCommand>().RunAsync(Console.Out, Console.Error, CancellationToken.None);
    }

    await Portal.CreateBuilder(args).Build().RunAsync();
    return 0;
}
catch (SettingsException mistake)
{
    Console.Error.WriteLine($"The portal cannot start. {mistake.Message}");
    return 78;
}
