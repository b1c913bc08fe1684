using Microsoft.Extensions.Hosting;
using Ssp;

return await PortalCommands.RunAsync(args, async rest =>
{
    await Portal.CreateBuilder(rest).Build().RunAsync();
    return Environment.ExitCode;
});
