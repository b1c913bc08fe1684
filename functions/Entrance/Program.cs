using Microsoft.Extensions.Hosting;
using Ssp.Entrance;

return await PortalCommands.RunAsync(args, async rest =>
{
    await Portal.CreateBuilder(rest).Build().RunAsync();
    return Environment.ExitCode;
});
