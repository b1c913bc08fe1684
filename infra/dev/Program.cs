using System.Runtime.InteropServices;
using Ssp.Dev;
using Ssp.Dev.Demo;

if (args is ["--help" or "-h"])
{
    Console.WriteLine(DevOptions.Help);
    return 0;
}

if (args is ["permissions"])
{
    File.WriteAllText(Path.Combine(Repository.Find().Root, PermissionDocument.Path), PermissionDocument.Text());
    return 0;
}

if (args is ["bill-of-materials"])
{
    File.WriteAllText(Path.Combine(Repository.Find().Root, BillOfMaterials.Path), BillOfMaterials.Text(Repository.Find()));
    return 0;
}

using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
try
{
    var repository = Repository.Find();
    var options = DevOptions.Parse(args, repository.Root);
    await using var stack = await DevStack.StartAsync(repository, options, Console.Out, stop.Token);
    Console.WriteLine(
        $"""

        The portal is at {stack.Demo.BaseUrl}
        Sign in as:

        {string.Join(Environment.NewLine, stack.Demo.People.Select(person => $"  {person.Email,-32} {person.Password}   {What(person)}"))}

        P12 files to upload: {DemoCertificates.WriteIfMissing(options.Data)}, password {DemoCertificates.Password}
        The sign-ins stand also in {Path.Combine(options.Data, DemoPeople.FileName)}. Ctrl-C stops everything; the data stay for the next start.
        """);
    await stack.Portal.WaitForExitAsync(stop.Token);
    Console.Error.WriteLine("The portal has ended by itself; its last words are above.");
    return 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.WriteLine("Stopped.");
    return 0;
}
catch (DevException mistake)
{
    Console.Error.WriteLine(mistake.Message);
    return 1;
}

static string What(DemoPerson person) =>
    person.IsUserManager ? "User Manager"
    : person.Memberships.Count == 0 ? "no organisation"
    : string.Join("; ", person.Memberships.Select(one => $"{one.Title}: {(one.Roles.Count == 0 ? "no role" : string.Join(", ", one.Roles))}"));
