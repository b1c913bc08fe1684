using System.Reflection;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Ssp.Entrance;
using Ssp.Settings;
using Ssp.Tests.Support;

namespace Ssp.Tests.Settings;

public sealed class PortalSettingsTests(Stack stack)
{
    [Fact]
    public void Every_missing_setting_is_named_with_its_meaning()
    {
        var error = Assert.Throws<SettingsException>(
            () => TestSettings.Of(("AzureWebJobsStorage", ""), ("StoragePrefix", null), ("PublicUrl", " "), ("LocaldwhConnection", null)));

        foreach (var name in new[] { "AzureWebJobsStorage", "StoragePrefix", "PublicUrl", "LocaldwhConnection" })
        {
            Assert.Contains($"The setting {name} is missing:", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("PublicUrl", "ssp")]
    [InlineData("PublicUrl", "ftp://x/ssp")]
    [InlineData("PublicUrl", "https://hd4dp.hospital.example/")]
    [InlineData(
        "AzureWebJobsStorage",
        "AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;"
        + "BlobEndpoint=http://10.0.0.5:10000/devstoreaccount1;")]
    [InlineData("StoragePrefix", "Ssp")]
    [InlineData("StoragePrefix", "1ssp")]
    [InlineData("StoragePrefix", "a-prefix")]
    [InlineData("SessionIdleMinutes", "0")]
    [InlineData("SessionIdleMinutes", "twenty")]
    [InlineData("PasswordIterations", "1000")]
    [InlineData("TrustedProxyHops", "-1")]
    [InlineData("ClientAddressHeader", "X-Real-IP, X-Client")]
    [InlineData("ClientAddressHeader", "X-Forwarded-For")]
    [InlineData("ClientAddressHeader", "forwarded")]
    [InlineData("KeysFolder", ".data/keys")]
    [InlineData("KeysFolder", "keys")]
    [InlineData("CertificateDeliveryFolder", "./hd4dp")]
    [InlineData("RegistriesFile", "registries.json")]
    [InlineData("CertificateRootsFile", "../roots.pem")]
    [InlineData("ExportDays", "9999999999")]
    public void A_senseless_setting_is_named(string name, string value) =>
        Assert.Contains(name, Assert.Throws<SettingsException>(() => TestSettings.Of((name, value))).Message, StringComparison.Ordinal);

    [Fact]
    public void The_old_setting_for_proxies_names_the_new_one()
    {
        var error = Assert.Throws<SettingsException>(() => TestSettings.Of(("TrustedProxyHops", "1")));

        Assert.Contains("ClientAddressHeader", error.Message, StringComparison.Ordinal);
        Assert.Null(TestSettings.Of(("TrustedProxyHops", "0")).Http.ClientAddressHeader);
    }

    [Fact]
    public void The_sample_has_every_setting_a_start_needs()
    {
        using var sample = JsonDocument.Parse(File.ReadAllText(Path.Combine(stack.Repository.Root, "local.settings.sample.json")));
        var values = sample.RootElement.GetProperty("Values").EnumerateObject().Select(one => (one.Name, one.Value.GetString())).ToArray();

        PortalSettings.From(TestSettings.ConfigurationOf(values));

        // Else the nights of the schedules are another country's.
        Assert.Contains(("TZ", "Europe/Brussels"), values);

        // Schedules and prefixes in triggers resolve from the same place.
        var named = from method in typeof(Portal).Assembly.GetTypes().SelectMany(type => type.GetMethods())
                    from parameter in method.GetParameters()
                    from text in new[]
                    {
                        parameter.GetCustomAttribute<TimerTriggerAttribute>()?.Schedule,
                        parameter.GetCustomAttribute<QueueTriggerAttribute>()?.QueueName,
                    }
                    // A schedule that nobody has to set names none.
                    where text?.Contains('%', StringComparison.Ordinal) == true
                    select text.Split('%')[1];
        Assert.All(named, name => Assert.Contains(name, values.Select(one => one.Name).Concat(DefaultSchedules.All.Keys)));
    }

    [Fact]
    public async Task A_schedule_that_no_setting_names_has_its_default()
    {
        var bindings = await BindingsAsync(("ExpireExportsSchedule", "0 0 1 * * *"), ("WatchNippinSchedule", " "));

        Assert.DoesNotContain(bindings,
            binding => binding.Contains("Schedule%", StringComparison.Ordinal) && !binding.Contains("%ExpireExportsSchedule%", StringComparison.Ordinal));
        Assert.Contains(bindings, binding => binding.Contains("%ExpireExportsSchedule%", StringComparison.Ordinal));
        Assert.All(
            DefaultSchedules.All.Where(one => one.Key != "ExpireExportsSchedule"),
            one => Assert.Contains(bindings, binding => binding.Contains($"\"{one.Value}\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_setting_the_code_reads_is_documented()
    {
        var page = File.ReadAllText(Path.Combine(stack.Repository.Root, "infra", "docs", "settings.md"));
        var code = string.Concat(
            Directory.EnumerateFiles(Path.Combine(stack.Repository.Root, "functions"), "*Settings.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        var read = System.Text.RegularExpressions.Regex.Matches(code, "read[.](?!Section)([A-Za-z]+)[(]\"([A-Za-z]+)\"")
            .Select(match => match.Groups[2].Value)
            .ToList();

        Assert.True(read.Count > 30, $"Only {read.Count} settings were found.");
        Assert.All(read, name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
        Assert.All(DefaultSchedules.All, one => Assert.Contains($"| `{one.Key}` | `{one.Value}` |", page, StringComparison.Ordinal));
        Assert.All(new Ssp.Hd4dp.WarehouseNames(TestSettings.Of().Hd4dp).Columns,
            column => Assert.Contains($"`{column.Setting}`", page, StringComparison.Ordinal));
    }

    private static async Task<IReadOnlyList<string>> BindingsAsync(params (string Name, string? Value)[] settings) =>
        [.. (await new DefaultSchedules(TestSettings.ConfigurationOf(settings)).GetFunctionMetadataAsync("")).SelectMany(function => function.RawBindings!)];
}
