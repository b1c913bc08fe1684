using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ssp.Hosting;
using Ssp.Hosting.Queues;
using Ssp.Hosting.Settings;

namespace Ssp.Tests.Hosting;

public sealed class SettingsTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("host-settings").FullName;

    [Fact]
    public void Host_json_is_read_and_settings_override_it()
    {
        using var host = Host("""{"extensions":{"queues":{"batchSize":7,"maxDequeueCount":2,"visibilityTimeout":"00:00:30"}}}""",
            "--AzureFunctionsJobHost:extensions:queues:maxDequeueCount=9");
        var options = host.Services.GetRequiredService<QueueOptions>();
        Assert.Equal((7, 9, TimeSpan.FromSeconds(30)), (options.BatchSize, options.MaxDequeueCount, options.VisibilityTimeout));
    }

    [Fact]
    public void Without_host_json_the_defaults_are_those_of_the_Microsoft_host_but_for_the_polling()
    {
        using var host = Host("{}");
        var options = host.Services.GetRequiredService<QueueOptions>();
        Assert.Equal(
            new QueueOptions
            {
                BatchSize = 16,
                NewBatchThreshold = 8 * Environment.ProcessorCount,
                MaxDequeueCount = 5,
                VisibilityTimeout = TimeSpan.Zero,
                MaxPollingInterval = TimeSpan.FromSeconds(10),
                Base64 = true,
            },
            options);
    }

    [Fact]
    public void Log_levels_of_host_json_apply()
    {
        using var host = Host("""{"logging":{"logLevel":{"default":"Warning","Ssp.Loud":"Debug"}}}""");
        var loggers = host.Services.GetRequiredService<ILoggerFactory>();
        Assert.False(loggers.CreateLogger("Ssp.Quiet").IsEnabled(LogLevel.Information));
        Assert.True(loggers.CreateLogger("Ssp.Loud").IsEnabled(LogLevel.Debug));
    }

    [Fact]
    public void A_named_setting_is_resolved_and_an_empty_one_refused()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["StoragePrefix"] = "a-", ["Empty"] = "" }).Build();
        Assert.Equal("a-mail-a-", configuration.Resolve("%StoragePrefix%mail-%storageprefix%"));
        Assert.Throws<IndexingException>(() => configuration.Resolve("%Empty%"));
        Assert.Throws<IndexingException>(() => configuration.Resolve("%Missing%"));
    }

    [Fact]
    public void Local_settings_are_those_of_the_working_folder_and_other_settings_override_them()
    {
        File.WriteAllText(
            Path.Combine(_folder, "local.settings.json"),
            """{"IsEncrypted":false,"Values":{"Local":"a","Both":"a","Nested__Value":"a"}} // comments are allowed""");
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Both"] = "b" });
        configuration.AddWeakest(HostFiles.LocalValues(_folder));
        Assert.Equal(("a", "b", "a"), (configuration["Local"], configuration["Both"], configuration["Nested:Value"]));
        // Whoever may write further up must not settle anything here.
        Assert.Empty(HostFiles.LocalValues(Directory.CreateDirectory(Path.Combine(_folder, "below")).FullName));
    }

    [Fact]
    public void A_connection_is_found_with_and_without_its_prefix()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["AzureWebJobsStorage"] = "default", ["Other"] = "other" }).Build();
        Assert.Equal("default", configuration.StorageConnection(null));
        Assert.Equal("default", configuration.StorageConnection("AzureWebJobsStorage"));
        Assert.Equal("other", configuration.StorageConnection("Other"));
        Assert.Throws<IndexingException>(() => configuration.StorageConnection("Missing"));
    }

    private IHost Host(string hostJson, params string[] args)
    {
        File.WriteAllText(Path.Combine(_folder, "host.json"), hostJson);
        return LocalHost.CreateBuilder(["--environment=Production", .. args], _folder, []).Build();
    }
}
