using Ssp.Entrance;
using Ssp.Hosting;

// The portal on the local Functions host; functions/Entrance/Program.cs is the same app for the Microsoft host.
return await PortalCommands.RunAsync(args, rest => LocalHost.RunAsync(rest, Portal.CreateBuilder));
