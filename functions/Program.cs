using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Ssp;
using Ssp.Audit;
using Ssp.Backup;
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

    if (args is [BackupCommand.Word, .. var backup])
    {
        using var parts = Portal.CreateBuilder(backup).Build();
        return await parts.Services.GetRequiredService<BackupCommand>().RunAsync(backup, Console.Out, Console.Error, CancellationToken.None);
    }

    if (args is [VerifyBackupCommand.Word, .. var verify])
    {
        return await VerifyBackupCommand.RunAsync(verify, Console.Out, Console.Error, CancellationToken.None);
    }

    if (args is [RestoreCommand.Word, .. var restore])
    {
        using var parts = Portal.CreateBuilder(restore).Build();
        return await parts.Services.GetRequiredService<RestoreCommand>().RunAsync(restore, Console.Out, Console.Error, CancellationToken.None);
    }

    if (args is [BackupKeysCommand.Word, .. var backupKeys])
    {
        using var parts = Portal.CreateBuilder(backupKeys).Build();
        return await parts.Services.GetRequiredService<BackupKeysCommand>().RunAsync(backupKeys, Console.Out, Console.Error, CancellationToken.None);
    }

    if (args is [RestoreKeysCommand.Word, .. var restoreKeys])
    {
        using var parts = Portal.CreateBuilder(restoreKeys).Build();
        return await parts.Services.GetRequiredService<RestoreKeysCommand>().RunAsync(restoreKeys, Console.Out, Console.Error, CancellationToken.None);
    }

    await Portal.CreateBuilder(args).Build().RunAsync();
    return Environment.ExitCode;
}
catch (SettingsException mistake)
{
    Console.Error.WriteLine($"The portal cannot start. {mistake.Message}");
    return 78;
}
