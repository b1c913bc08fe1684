using System.Text;
using Ssp.Hd4dp;
using Ssp.Nippin;

namespace Ssp.Tests.Nippin;

public sealed class NippinRuleTests
{
    private const string Success = "urn:nip:tack:result:major:success";
    private const string Failure = "urn:nip:tack:result:major:failure";

    private static readonly string?[] Statuses = ["SENT", "TO_SEND", "INVALID", "ARCHIVED", "ERROR", "BUFFERED", "SOMETHING_NEW", null];

    /// <summary>Every status × interface type × valid flag × acknowledgement, with the result written down for the status where nothing else decides.</summary>
    public static TheoryData<string?, string?, bool?, string?, NippinResult> Table
    {
        get
        {
            var table = new TheoryData<string?, string?, bool?, string?, NippinResult>();
            foreach (var status in Statuses)
            {
                foreach (var type in (string?[])["REST", "FILE_SYSTEM", null])
                {
                    foreach (var tack in (string?[])[null, "", Success, Failure])
                    {
                        table.Add(status, type, false, tack, NippinResult.Invalid);
                        foreach (var valid in (bool?[])[true, null])
                        {
                            table.Add(status, type, valid, tack, (status, tack) switch
                            {
                                ("INVALID" or "ARCHIVED", _) => NippinResult.Invalid,
                                ("SENT" or "TO_SEND", null or "" or Success) => NippinResult.Valid,
                                _ => NippinResult.NotSent,
                            });
                        }
                    }
                }
            }

            return table;
        }
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void Every_message_has_the_result_of_the_table(string? status, string? interfaceType, bool? valid, string? tackMajor, NippinResult expected) =>
        Assert.Equal(expected, NippinRule.Of(Message(status, valid, tackMajor, interfaceType)));

    [Fact]
    public void Without_a_message_the_result_is_not_found() => Assert.Equal(NippinResult.NotFound, NippinRule.Of(null));

    [Theory]
    [InlineData("sent", null, NippinResult.Valid)]
    [InlineData(" SENT ", " URN:NIP:TACK:RESULT:MAJOR:SUCCESS ", NippinResult.Valid)]
    [InlineData("archived", null, NippinResult.Invalid)]
    [InlineData("SENT", "urn:nip:tack:result:major:other", NippinResult.NotSent)]
    public void Capitals_and_spaces_around_a_word_make_no_difference(string status, string? tackMajor, NippinResult expected) =>
        Assert.Equal(expected, NippinRule.Of(Message(status, true, tackMajor)));

    [Theory]
    [InlineData("SENT", true)]
    [InlineData("buffered", true)]
    [InlineData("SOMETHING_NEW", false)]
    [InlineData(null, false)]
    public void Only_documented_statuses_are_known(string? status, bool expected) => Assert.Equal(expected, NippinRule.IsKnown(Bytes(status).Span));

    [Theory]
    [InlineData("71000436", false)]
    [InlineData("7-10004-36", false)]
    [InlineData("7-10004-36-000", false)]
    [InlineData("", false)]
    [InlineData("AZ Sint-Elders", false)]
    [InlineData("71000634", true)]
    [InlineData("710004360", true)]
    [InlineData("7100043", true)]
    [InlineData("71000634000", true)]
    public void A_message_names_another_hospital_only_when_its_digits_say_so(string identification, bool expected) =>
        Assert.Equal(expected, NippinRule.NamesAnother(Encoding.UTF8.GetBytes(identification), "71000436"u8));

    private static NippinMessage Message(string? status, bool? valid, string? tackMajor, string? interfaceType = "REST") =>
        new(1, Bytes("id"), valid, Bytes(interfaceType), Bytes(status), null, default, false, default, Bytes(tackMajor));

    private static ReadOnlyMemory<byte> Bytes(string? text) => text is null ? default(ReadOnlyMemory<byte>) : Encoding.UTF8.GetBytes(text);
}
