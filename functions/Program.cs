using Microsoft.Extensions.Hosting;
using Ssp;

try
{
    await Portal.CreateBuilder(args).Build().RunAsync();
    return 0;
}
catch (SettingsException mistake)
{
    Console.Error.WriteLine($"The portal cannot start. {mistake.Message}");
    return 78;
}
