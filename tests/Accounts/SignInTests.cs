using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Accounts;
using Ssp.Identity;
using Ssp.Tests.Support;

namespace Ssp.Tests.Accounts;

public sealed class SignInTests(Stack stack)
{
    private readonly TestPortal portal = stack.Portal;

    [Fact]
    public async Task The_right_password_begins_a_session_that_the_next_request_finds()
    {
        var person = await portal.NewPersonAsync();

        var signedIn = await person.SignInAsync();
        var session = await person.GetAsync("session");

        Assert.Equal(person.Email, signedIn.GetProperty("account").GetProperty("email").GetString());
        Assert.False(signedIn.GetProperty("mustChangePassword").GetBoolean());
        Assert.Equal(HttpStatusCode.OK, session.Status);
        Assert.Equal(person.CsrfToken, session.Json.GetProperty("csrfToken").GetString());
    }

    [Fact]
    public async Task The_address_may_be_written_in_capitals()
    {
        var person = await portal.NewPersonAsync();

        var answer = await portal.Guest().PostAsync("session", new { email = $" {person.Email.ToUpperInvariant()} ", password = person.Password });

        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Fact]
    public async Task An_accent_may_be_typed_as_one_character_or_two()
    {
        var person = await portal.NewPersonAsync();
        await portal.SetPasswordHashAsync(
            person, await portal.Services.GetRequiredService<PasswordHashes>().HashAsync("", "un mot de passe très secret", default));

        person.Password = "un mot de passe tre\u0300s secret";
        await person.SignInAsync();
    }

    [Theory]
    [InlineData("\ufffe")]
    [InlineData("a mark é \ufffe the wrong way round")]
    public async Task What_cannot_be_normalised_is_refused_like_any_other_mistake(string text)
    {
        var person = await portal.NewPersonAsync();

        var password = await portal.Guest().PostAsync("session", new { email = person.Email, password = text });
        var address = await portal.Guest().PostAsync("session", new { email = $"{text}@hospital.example", password = person.Password });

        Assert.InRange((int)password.Status, 400, 401);
        Assert.InRange((int)address.Status, 400, 401);
    }

    [Fact]
    public async Task Every_reason_to_refuse_gives_the_same_answer()
    {
        var person = await portal.NewPersonAsync();
        var expired = await portal.NewPersonAsync(temporaryUntil: DateTimeOffset.UtcNow.AddMinutes(-1));

        var answers = new[]
        {
            await portal.Guest().PostAsync("session", new { email = person.Email, password = "not the password" }),
            await portal.Guest().PostAsync("session", new { email = "nobody@hospital.example", password = person.Password }),
            await portal.Guest().PostAsync("session", new { email = "no address at all", password = person.Password }),
            await portal.Guest().PostAsync("session", new { email = expired.Email, password = expired.Password }),
        };

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.Status));
        Assert.All(answers, answer => Assert.Equal("invalid_credentials", answer.Code));
        Assert.Single(answers.Select(answer => answer.Text).Distinct());
        Assert.All(answers, answer => Assert.Equal("application/problem+json", answer.Message.Content.Headers.ContentType!.MediaType));
    }

    [Fact]
    public async Task After_five_failures_even_the_right_password_has_to_wait_and_gets_the_same_answer()
    {
        var clock = new MovableClock();
        await using var own = await TestPortal.StartAsync(stack, configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var person = await own.NewPersonAsync();
        for (var i = 0; i < 8; i++)
        {
            await own.Guest().PostAsync("session", new { email = person.Email, password = $"wrong {i}" });
            clock.Forward(TimeSpan.FromSeconds(i < 5 ? 0 : 20));
        }

        await own.Guest().PostAsync("session", new { email = person.Email, password = "wrong again" });
        var tooEarly = await own.Guest().PostAsync("session", new { email = person.Email, password = person.Password });
        clock.Forward(TimeSpan.FromMinutes(15));
        var later = await own.Guest().PostAsync("session", new { email = person.Email, password = person.Password });

        Assert.Equal(HttpStatusCode.Unauthorized, tooEarly.Status);
        Assert.Equal("invalid_credentials", tooEarly.Code);
        Assert.Equal(HttpStatusCode.OK, later.Status);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_makes_nobody_wait_for_it()
    {
        var clock = new MovableClock();
        await using var own = await TestPortal.StartAsync(
            stack,
            new() { ["SignInFailuresPerAddress"] = "10", ["ClientAddressHeader"] = "X-Real-IP" },
            configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var person = await own.NewPersonAsync();
        Task<Answer> TryAsync(string password) => own.Guest().PostAsync("session", new { email = person.Email, password }, ("X-Real-IP", "192.0.2.7"));
        for (var i = 0; i < 11; i++)
        {
            await TryAsync($"wrong {i}");
        }

        var waits = await TryAsync(person.Password);
        clock.Forward(TimeSpan.FromDays(-1));
        var after = await TryAsync(person.Password);

        Assert.Equal(HttpStatusCode.TooManyRequests, waits.Status);
        Assert.Equal(HttpStatusCode.OK, after.Status);
    }

    [Fact]
    public async Task Tries_during_the_wait_do_not_lengthen_it()
    {
        var clock = new MovableClock();
        await using var own = await TestPortal.StartAsync(stack, configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var person = await own.NewPersonAsync();
        for (var i = 0; i < 30; i++)
        {
            await own.Guest().PostAsync("session", new { email = person.Email, password = $"wrong {i}" });
        }

        // Thirty tries at once count as a handful: the rest fell into the wait.
        clock.Forward(TimeSpan.FromSeconds(70));
        await person.SignInAsync();
    }

    [Fact]
    public async Task The_wait_survives_a_restart()
    {
        var prefix = TestPortal.NewPrefix();
        var clock = new MovableClock();
        Person person;
        await using (var before = await TestPortal.StartAsync(
            stack, new() { ["StoragePrefix"] = prefix }, builder => builder.Services.AddSingleton<TimeProvider>(clock)))
        {
            person = await before.NewPersonAsync();
            for (var i = 0; i < 12; i++)
            {
                await before.Guest().PostAsync("session", new { email = person.Email, password = $"wrong {i}" });
                clock.Forward(TimeSpan.FromSeconds(30));
            }

            await before.Guest().PostAsync("session", new { email = person.Email, password = "wrong again" });
        }

        await using var after = await TestPortal.StartAsync(stack, new() { ["StoragePrefix"] = prefix },
            builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var answer = await after.Guest().PostAsync("session", new { email = person.Email, password = person.Password });

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
    }

    [Fact]
    public async Task An_address_that_fails_too_often_is_told_to_wait_again_and_again()
    {
        var clock = new MovableClock();
        await using var own = await TestPortal.StartAsync(
            stack,
            new() { ["SignInFailuresPerAddress"] = "10", ["ClientAddressHeader"] = "X-Real-IP" },
            builder => builder.Services.AddSingleton<TimeProvider>(clock));
        Task<Answer> FailAsync(int i) => own.Guest()
            .PostAsync("session", new { email = $"nobody{i}@hospital.example", password = "whatever it is" }, ("X-Real-IP", "10.0.0.1:4711"));
        for (var i = 0; i < 10; i++)
        {
            await FailAsync(i);
        }

        clock.Forward(TimeSpan.FromMinutes(16));
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await FailAsync(i)).Status);
        }

        var answer = await FailAsync(10);

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.Status);
        Assert.Equal("too_many_sign_ins", answer.Code);
        Assert.InRange(answer.Message.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 900);
    }

    [Fact]
    public async Task A_flood_from_one_address_is_refused_at_once_and_others_wait_for_a_turn_of_it_at_most()
    {
        await using var own = await TestPortal.StartAsync(stack, new() { ["ClientAddressHeader"] = "X-Real-IP" });
        var person = await own.NewPersonAsync();
        Task<Answer> SendAsync(string password, string address) =>
            own.Guest().PostAsync("session", new { email = person.Email, password }, ("X-Real-IP", address));
        var hashes = own.Services.GetRequiredService<PasswordHashes>();
        var isDone = new TaskCompletionSource<bool>();
        var cores = Enumerable.Range(0, Math.Max(1, Environment.ProcessorCount - 1)).Select(one => hashes.InTurnAsync($"{one}", () => isDone.Task, default));
        var held = cores.ToList();

        var flood = Enumerable.Range(0, 40).Select(i => SendAsync($"wrong {i}", "10.0.0.1")).ToList();
        var refused = new List<Answer>();
        foreach (var first in Enumerable.Range(0, 8))
        {
            var answer = await Task.WhenAny(flood);
            flood.Remove(answer);
            refused.Add(await answer);
        }

        var right = SendAsync(person.Password, "10.0.0.2");
        isDone.SetResult(true);
        await Task.WhenAll([.. held, right, .. flood]);

        Assert.All(refused, answer => Assert.Equal((HttpStatusCode.TooManyRequests, "too_many_at_once"), (answer.Status, answer.Code)));
        Assert.Equal(HttpStatusCode.OK, (await right).Status);
        Assert.All(flood, answer => Assert.Contains(answer.Result.Status, (HttpStatusCode[])[HttpStatusCode.Unauthorized, HttpStatusCode.ServiceUnavailable]));
    }

    [Fact]
    public async Task Addresses_that_the_proxy_does_not_tell_have_one_budget_together()
    {
        await using var own = await TestPortal.StartAsync(stack, new() { ["SignInFailuresPerAddress"] = "10", ["ClientAddressHeader"] = "X-Real-IP" });
        Task<Answer> FailAsync(int i) =>
            own.Guest().PostAsync("session", new { email = $"nobody{i}@hospital.example", password = "whatever it is" }, ("X-Real-IP", $"unknown {i}"));
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await FailAsync(i)).Status);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await FailAsync(10)).Status);
    }

    [Fact]
    public async Task Who_signed_in_from_an_address_lately_still_does_when_others_have_spent_its_budget()
    {
        await using var own = await TestPortal.StartAsync(stack, new() { ["SignInFailuresPerAddress"] = "10", ["ClientAddressHeader"] = "X-Real-IP" });
        var (known, stranger) = (await own.NewPersonAsync(), await own.NewPersonAsync());
        Task<Answer> SendAsync(string email, string password) => own.Guest().PostAsync("session", new { email, password }, ("X-Real-IP", "10.0.0.1"));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(known.Email, known.Password)).Status);
        for (var i = 0; i < 10; i++)
        {
            await SendAsync($"nobody{i}@hospital.example", "whatever it is");
        }

        var wrong = await SendAsync(known.Email, "whatever it is");
        var right = await SendAsync(known.Email, known.Password);
        var other = await SendAsync(stranger.Email, stranger.Password);

        Assert.Equal(HttpStatusCode.OK, right.Status);
        Assert.Equal((HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests), (wrong.Status, other.Status));
        Assert.Equal((wrong.Code, wrong.Text), (other.Code, other.Text));
    }

    [Fact]
    public async Task Without_a_proxy_that_names_the_caller_nobody_is_kept_out_for_what_others_behind_the_same_proxy_do()
    {
        await using var own = await TestPortal.StartAsync(stack, new() { ["SignInFailuresPerAddress"] = "10" });
        for (var i = 0; i < 15; i++)
        {
            await own.Guest().PostAsync(
                "session",
                new { email = $"nobody{i}@hospital.example", password = "whatever it is" },
                ("X-Real-IP", "10.0.0.1"),
                ("X-Forwarded-For", "10.0.0.1"));
        }

        var person = await own.NewPersonAsync();
        await person.SignInAsync();
    }

    [Fact]
    public async Task Many_guesses_at_once_are_as_many_guesses()
    {
        await using var own = await TestPortal.StartAsync(stack,
            configure: builder => builder.Services.AddSingleton<TimeProvider>(new MovableClock(stopped: true)));
        var person = await own.NewPersonAsync();

        await Task.WhenAll(Enumerable.Range(0, 14).Select(i => own.Guest().PostAsync("session", new { email = person.Email, password = $"wrong {i}" })));
        var right = await own.Guest().PostAsync("session", new { email = person.Email, password = person.Password });

        var counted = await own.Storage.SignInFailures.GetEntityAsync<Azure.Data.Tables.TableEntity>(person.AccountId, "place-unknown");
        // Five are free; beside the last of them as many more run as there are cores to hash on.
        Assert.InRange(counted.Value.GetInt32("Count")!.Value, 5, 5 + Environment.ProcessorCount);
        Assert.Equal(HttpStatusCode.Unauthorized, right.Status);
    }

    [Fact]
    public async Task Many_right_sign_ins_at_once_all_succeed()
    {
        var person = await portal.NewPersonAsync();

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(_ => portal.Guest().PostAsync("session", new { email = person.Email, password = person.Password })));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
    }

    [Fact]
    public async Task Behind_a_proxy_of_the_hospital_the_address_it_names_counts()
    {
        await using var own = await TestPortal.StartAsync(stack, new() { ["SignInFailuresPerAddress"] = "10", ["ClientAddressHeader"] = "X-Real-IP" });
        for (var i = 0; i < 10; i++)
        {
            // X-Forwarded-For is what anybody may claim; the other header the proxy overwrites.
            await own.Guest().PostAsync(
                "session",
                new { email = $"nobody{i}@hospital.example", password = "whatever it is" },
                ("X-Forwarded-For", $"10.9.9.{i}"),
                ("X-Real-IP", "10.0.0.1"));
        }

        var same = await own.Guest().PostAsync("session", new { email = "nobody@hospital.example", password = "whatever it is" }, ("X-Real-IP", "10.0.0.1"));
        var other = await own.Guest().PostAsync("session", new { email = "nobody@hospital.example", password = "whatever it is" }, ("X-Real-IP", "10.0.0.2"));

        Assert.Equal(HttpStatusCode.TooManyRequests, same.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, other.Status);
    }

    [Fact]
    public async Task A_hash_made_with_fewer_rounds_is_made_anew_at_sign_in()
    {
        await using var own = await TestPortal.StartAsync(stack, new() { ["PasswordIterations"] = "210000" });
        var person = await own.NewPersonAsync();
        var weak = await new PasswordHashes(1_000).HashAsync("", person.Password, default);
        var accounts = own.Services.GetRequiredService<AccountStore>();
        await own.SetPasswordHashAsync(person, weak);

        await person.SignInAsync();

        var stored = (await accounts.FindAsync(person.AccountId, default))!.PasswordHash;
        Assert.NotEqual(weak, stored);
        // The format of ASP.NET Core Identity, version 3: a byte of version, four of the function, four of the rounds.
        Assert.Equal(210_000, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(Convert.FromBase64String(stored).AsSpan(5)));
        await person.SignInAsync();
    }

    [Fact]
    public async Task A_wrong_password_costs_the_same_rounds_whatever_the_stored_hash_has()
    {
        var today = new PasswordHashes(5_000);

        Assert.Equal(4_000, today.MissingRounds(await new PasswordHashes(1_000).HashAsync("", "a password", default)));
        Assert.Equal(0, today.MissingRounds(await today.HashAsync("", "a password", default)));
        Assert.Equal(0, today.MissingRounds(await new PasswordHashes(9_000).HashAsync("", "a password", default)));
    }

    [Fact]
    public async Task Only_json_is_taken()
    {
        var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["email"] = "a@b.be", ["password"] = "x" });
        var text = new StringContent("{\"email\":\"a@b.be\",\"password\":\"x\"}", Encoding.UTF8, "text/plain");
        var nothing = new ByteArrayContent(Encoding.UTF8.GetBytes("{}"));

        foreach (var content in new HttpContent[] { form, text, nothing })
        {
            var answer = await portal.Guest().SendAsync(HttpMethod.Post, "session", content);
            Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.Status);
            Assert.Equal("json_expected", answer.Code);
        }
    }

    [Theory]
    [InlineData("{}", "email,password")]
    [InlineData("{\"email\":\"a@b.be\"}", "password")]
    [InlineData("{\"email\":\"\",\"password\":\"\"}", "email,password")]
    [InlineData("{\"email\":7,\"password\":\"x\"}", "email")]
    [InlineData("{\"email\":\"a@b.be\",\"password\":\"x\",\"isUserManager\":true}", "isUserManager")]
    [InlineData("{\"email\":\"a@b.be\",\"password\":\"half \\ud83d a character\"}", "password")]
    public async Task A_form_that_is_not_right_names_its_fields(string body, string fields)
    {
        var answer = await portal.Guest().SendAsync(HttpMethod.Post, "session", new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal("invalid_input", answer.Code);
        Assert.Equal(fields.Split(','), answer.Fields);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    public async Task What_is_no_object_is_refused_in_words(string body)
    {
        var answer = await portal.Guest().SendAsync(HttpMethod.Post, "session", new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal("json_broken", answer.Code);
    }

    [Fact]
    public async Task A_huge_body_is_refused_without_being_read_to_its_end()
    {
        var answer = await portal.Guest().SendAsync(
            HttpMethod.Post, "session", new ByteArrayContent(new byte[200_000]) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } });

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
        Assert.Equal("body_too_large", answer.Code);
    }

    [Theory]
    [InlineData("Origin", "https://elsewhere.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task Another_site_cannot_sign_anybody_in(string header, string value)
    {
        var person = await portal.NewPersonAsync();

        var answer = await person.PostAsync("session", new { email = person.Email, password = person.Password }, (header, value));

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Equal("foreign_origin", answer.Code);
    }

    [Fact]
    public async Task The_portals_own_origin_may()
    {
        var person = await portal.NewPersonAsync();

        var answer = await person.PostAsync(
            "session", new { email = person.Email, password = person.Password }, ("Origin", "http://localhost"), ("Sec-Fetch-Site", "same-origin"));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Theory]
    [InlineData("nl-BE,nl;q=0.9,en;q=0.5", "Het e-mailadres of wachtwoord klopt niet")]
    [InlineData("de-DE, fr;q=0.8, en;q=0.2", "L'adresse e-mail ou le mot de passe est incorrect")]
    [InlineData("zz", "The e-mail address or password is not right")]
    [InlineData("", "The e-mail address or password is not right")]
    public async Task A_refusal_speaks_the_readers_language(string language, string title)
    {
        var answer = await portal.Guest().PostAsync("session", new { email = "nobody@hospital.example", password = "whatever" }, ("Accept-Language", language));

        Assert.Equal(title, answer.Json.GetProperty("title").GetString());
    }

    [Fact]
    public async Task Neither_password_nor_session_secret_is_stored_or_logged_in_clear()
    {
        var person = await portal.NewPersonAsync();
        await person.SignInAsync();
        var secret = person.Cookie!.Split('.')[1];

        foreach (var table in new[] { portal.Storage.Accounts, portal.Storage.Sessions, portal.Storage.SignInFailures })
        {
            await foreach (var row in table.QueryAsync<Azure.Data.Tables.TableEntity>())
            {
                Assert.DoesNotContain(
                    row,
                    property => $"{property.Value}".Contains(secret, StringComparison.Ordinal)
                        || $"{property.Value}".Contains(person.Password, StringComparison.Ordinal));
            }
        }

        Assert.DoesNotContain(portal.Log, line => line.Contains(secret, StringComparison.Ordinal) || line.Contains(person.Password, StringComparison.Ordinal));
    }
}
