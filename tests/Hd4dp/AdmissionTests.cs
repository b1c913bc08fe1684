using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Npgsql;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Jobs;
using Ssp.Tests.Support;

namespace Ssp.Tests.Hd4dp;

/// <summary>A mistake in how to reach PostgreSQL is told as one, at once and with the setting's name: it is no outage that passes.</summary>
[Trait("Run", "full")]
public sealed class AdmissionTests(Stack stack, AdmissionTests.SecureServer server) : IClassFixture<AdmissionTests.SecureServer>
{
    private static readonly (string Word, ProblemCode Code)[] Codes =
    [
        ("tls", ProblemCodes.WarehouseTls), ("login", ProblemCodes.WarehouseLogin), ("admission", ProblemCodes.WarehouseAdmission),
        ("forbidden", ProblemCodes.WarehouseForbidden),
    ];

    [Fact]
    public async Task A_server_whose_certificate_is_right_serves() =>
        await Of($"{server.Reader};SSL Mode=VerifyFull;Root Certificate={server.Root}").CheckAsync(default);

    [Theory]
    [InlineData("tls", "SSL Mode=VerifyFull")]
    [InlineData("tls", "SSL Mode=VerifyFull;Root Certificate={other}")]
    [InlineData("tls", "SSL Mode=VerifyFull;Root Certificate={root};Host=127.0.0.1")]
    [InlineData("tls", "SSL Mode=VerifyFull;Root Certificate=/nowhere/root.pem")]
    [InlineData("tls", "SSL Mode=VerifyCA;Root Certificate={empty}")]
    [InlineData("tls", "SSL Mode=Require;SSL Certificate=/nowhere/client.pem")]
    [InlineData("login", "Password=wrong")]
    [InlineData("login", "Password=")]
    [InlineData("login", "Username=nobody")]
    [InlineData("login", "Username=sleeper")]
    [InlineData("login", "Database=nowhere")]
    [InlineData("admission", "Username=refused")]
    [InlineData("admission", "Username=stranger")]
    [InlineData("admission", "Username=tls_only;SSL Mode=Disable")]
    [InlineData("forbidden", "Database=private")]
    public async Task A_mistake_is_told_as_one_and_is_no_silence(string code, string mistake)
    {
        var connection = new NpgsqlConnectionStringBuilder($"{server.Reader};{server.Fill(mistake)}").ConnectionString;
        await using var database = Of(connection);
        using var watch = new SilenceWatch(
            connection,
            () => new TimeoutException("silent"),
            error => WarehouseException.OfOpening(error, "localdwh", "LocaldwhConnection").Code != ProblemCodes.WarehouseUnreachable,
            () => throw new TimeoutException("silence began"));

        var error = await Assert.ThrowsAsync<WarehouseException>(() => database.CheckAsync(default));
        var answer = new TaskCompletionSource();
        var waiting = watch.WaitAsync(answer.Task, new Patience(TimeSpan.FromMilliseconds(1), TimeSpan.Zero, null));
        await Task.Delay(TimeSpan.FromMilliseconds(300));
        answer.SetResult();
        await waiting;

        Assert.Equal((Codes.Single(one => one.Word == code).Code, false), (error.Code, error.MayHeal));
        Assert.All(
            Texts.Languages,
            language => Assert.True(
                code == "forbidden" || Texts.Say(language, error.Code.Detail(error.Values)).Contains("LocaldwhConnection", StringComparison.Ordinal)));
        // The cause itself stands beside the code in the log, and no password.
        Assert.True(error.Message.Length > $"{error.Code} {error.Values.FirstOrDefault()}".Length + 10, error.Message);
        Assert.DoesNotContain("reader-of-one-test", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SSL Mode=Require")]
    [InlineData("SSL Mode=Require;SSL Negotiation=Direct")]
    [InlineData("Channel Binding=Require")]
    public async Task A_server_without_TLS_that_is_asked_for_it_is_a_mistake_in_the_setting(string asked)
    {
        var error = await Assert.ThrowsAsync<WarehouseException>(() => Of($"{stack.Localdwh};{asked}").CheckAsync(default));

        Assert.Equal((ProblemCodes.WarehouseTls, false, "LocaldwhConnection"), (error.Code, error.MayHeal, error.Values[0]));
    }

    [Fact]
    public async Task A_server_that_is_away_is_no_mistake_however_TLS_is_to_begin()
    {
        var error = await Assert.ThrowsAsync<WarehouseException>(
            () => Of($"{stack.Localdwh};SSL Mode=Require;SSL Negotiation=Direct;Port=1").CheckAsync(default));

        Assert.Equal((ProblemCodes.WarehouseUnreachable, true), (error.Code, error.MayHeal));
    }

    [Fact]
    public async Task A_server_name_that_nobody_has_is_said_and_tried_again()
    {
        var error = await Assert.ThrowsAsync<WarehouseException>(() => Of($"{stack.Localdwh};Host=no-such-server.invalid").CheckAsync(default));

        Assert.True(error.Code == ProblemCodes.WarehouseHost || error.Code == ProblemCodes.WarehouseUnreachable, error.ToString());
        Assert.True(error.MayHeal);
    }

    [Fact]
    public async Task Pages_say_the_mistake_and_a_night_ends_with_it_at_once()
    {
        await using var portal = await TestPortal.StartAsync(
            stack, new() { ["LocaldwhConnection"] = $"{server.Reader};SSL Mode=VerifyFull", ["NippinConnection"] = stack.Nippin });
        var organization = await portal.NewOrganizationAsync();
        var person = await portal.SignInAsync(organization, Role.CsvUploadManager);

        var page = await person.GetAsync($"organizations/{organization.Id}/registries");
        var ready = await portal.Guest().GetAsync("health/ready");
        var night = await portal.ValidateAsync(organization, Implants.Registry);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "warehouse_tls"), (page.Status, page.Code));
        Assert.Null(page.Message.Headers.RetryAfter);
        Assert.Contains("LocaldwhConnection", page.Text, StringComparison.Ordinal);
        Assert.Equal("unavailable", ready.Json.GetProperty("checks").GetProperty("localdwh").GetString());
        Assert.Equal((JobState.Failed, "warehouse_tls.detail", 1), (night.State, night.Problem!.Key, night.Attempt));
        Assert.Contains(portal.Log, line => line.StartsWith("Warning: Not ready: warehouse_tls LocaldwhConnection: ", StringComparison.Ordinal));
    }

    private static Warehouse Of(string connection)
    {
        var all = TestSettings.Of(("LocaldwhConnection", new NpgsqlConnectionStringBuilder(connection).ConnectionString)).Hd4dp;
        return new Warehouse(all, new WarehouseNames(all));
    }

    /// <summary>A PostgreSQL with TLS, whose certificate is for localhost and whose pg_hba.conf keeps some accounts out.</summary>
    public sealed class SecureServer(Stack stack) : IAsyncLifetime
    {
        private readonly string folder = stack.NewFolder("tls");
        private OwnPostgres postgres = null!;

        public string Root => Path.Combine(folder, "root.pem");

        public string Reader => new NpgsqlConnectionStringBuilder(postgres.Localdwh) { Host = "localhost" }.ConnectionString;

        public string Fill(string mistake) => mistake.Replace("{root}", Root, StringComparison.Ordinal)
            .Replace("{other}", Path.Combine(folder, "other.pem"), StringComparison.Ordinal)
            .Replace("{empty}", Path.Combine(folder, "empty.pem"), StringComparison.Ordinal);

        public async ValueTask InitializeAsync()
        {
            postgres = await OwnPostgres.StartAsync(stack);
            using var root = NewRoot("CN=Root of one test");
            using var other = NewRoot("CN=Another root");
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName("localhost");
            request.CertificateExtensions.Add(names.Build());
            using var certificate = request.Create(root, root.NotBefore, root.NotAfter, [1, 2, 3]);
            await File.WriteAllTextAsync(Root, root.ExportCertificatePem());
            await File.WriteAllTextAsync(Path.Combine(folder, "other.pem"), other.ExportCertificatePem());
            await File.WriteAllTextAsync(Path.Combine(folder, "empty.pem"), "");
            await File.WriteAllTextAsync(Path.Combine(postgres.Cluster, "server.crt"), certificate.ExportCertificatePem());
            var keyFile = Path.Combine(postgres.Cluster, "server.key");
            await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem());
            File.SetUnixFileMode(keyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            var rules = Path.Combine(postgres.Cluster, "pg_hba.conf");
            await File.WriteAllTextAsync(
                rules,
                "host all refused all reject\nhostssl all tls_only all scram-sha-256\nhost all postgres,dpuser,nobody,sleeper all scram-sha-256\n");
            await postgres.ExecuteAsync("CREATE ROLE sleeper NOLOGIN PASSWORD 'reader-of-one-test'");
            await postgres.ExecuteAsync("CREATE ROLE refused LOGIN; CREATE ROLE stranger LOGIN; CREATE ROLE tls_only LOGIN");
            await postgres.ExecuteAsync("CREATE DATABASE private");
            await postgres.ExecuteAsync("REVOKE CONNECT ON DATABASE private FROM PUBLIC");
            await postgres.ExecuteAsync("ALTER SYSTEM SET ssl = on");
            await postgres.ExecuteAsync("SELECT pg_reload_conf()");
            await using var owner = new NpgsqlConnection($"{Reader};SSL Mode=Require;Pooling=false");
            for (var attempt = 0; ; attempt++)
            {
                try
                {
                    await owner.OpenAsync();
                    return;
                }
                catch (NpgsqlException) when (attempt < 100)
                {
                    // The server reads its settings a moment later.
                    await Task.Delay(100);
                }
            }
        }

        public ValueTask DisposeAsync() => postgres.DisposeAsync();

        private static X509Certificate2 NewRoot(string name)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        }
    }
}
