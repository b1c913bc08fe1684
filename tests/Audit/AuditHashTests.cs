using System.Security.Cryptography;
using System.Text;
using Ssp.Audit;

namespace Ssp.Tests.Audit;

public sealed class AuditHashTests
{
    private static readonly AuditEvent Full = new(
        "0123456789abcdef0123456789abcdef", 12, new DateTimeOffset(2026, 11, 24, 3, 4, 5, 678, TimeSpan.FromHours(1)).AddTicks(9),
        new AuditActor("zoë@hospital.example", "a1", "0011223344556677", "r-1", "192.0.2.1"),
        new AuditAction("roles_changed", "\"Bob\" <b@x>", "0123456789abcdef0123456789abcdef", "roles: a → b"), AuditResult.Failed, "op");

    private static readonly AuditEvent Bare = new(
        AuditEvent.Installation, 1, DateTimeOffset.UnixEpoch, AuditActor.Portal(), new AuditAction("portal_started", "portal"), AuditResult.Requested, null);

    // Stored hashes depend on these texts to the byte: they may be added to, never changed.
    [Fact]
    public void The_canonical_form_is_this()
    {
        Assert.Equal(
            """
            {"chain":"0123456789abcdef0123456789abcdef","number":12,"at":"2026-11-24T02:04:05.6780009Z",
            "actor":"zoë@hospital.example","actorId":"a1","session":"0011223344556677",
            "action":"roles_changed","object":"\"Bob\" <b@x>","result":"failed","details":"roles: a → b",
            "operation":"op","requestId":"r-1","address":"192.0.2.1"}
            """.ReplaceLineEndings(""),
            AuditHash.TextOf(Full));
        Assert.Equal(
            """{"chain":"installation","number":1,"at":"1970-01-01T00:00:00.0000000Z","action":"portal_started","object":"portal","result":"requested"}""",
            AuditHash.TextOf(Bare));
    }

    [Fact]
    public void The_hash_is_sha_256_over_the_hash_before_a_line_end_and_the_text()
    {
        var text = AuditHash.TextOf(Bare);

        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(new string('0', 64) + "\n" + text))), AuditHash.Of(AuditHash.Beginning, text));
    }

    [Fact]
    public void An_event_comes_back_from_its_text()
    {
        Assert.Equal(Full, AuditHash.Parse(AuditHash.TextOf(Full)));
        Assert.Equal(Bare, AuditHash.Parse(AuditHash.TextOf(Bare)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"chain\":\"x\"")]
    [InlineData("""{"chain":"installation","number":"1","at":"1970-01-01T00:00:00Z","action":"a","object":"b","result":"done"}""")]
    [InlineData("""{"chain":"installation","number":1,"at":"today","action":"a","object":"b","result":"done"}""")]
    [InlineData("""{"chain":"installation","number":1,"at":"1970-01-01T00:00:00Z","action":"a","object":"b","result":"perhaps"}""")]
    public void What_is_no_event_is_none(string text) => Assert.Null(AuditHash.Parse(text));
}
