using Ssp.Hd4dp;
using Ssp.Http;

namespace Ssp.Jobs;

/// <summary>Why a job could not be done now and is tried again.</summary>
/// <param name="Code">Its sentence in the texts is "code.retry".</param>
/// <param name="Values">What stands in the sentence.</param>
/// <param name="IsOutage">
/// One of HD4DP's databases was away. That is no fault of the job, and passes as a rule: a server is started anew, a network mended.
/// </param>
public sealed record RetryReason(string Code, IReadOnlyList<string> Values, bool IsOutage)
{
    /// <param name="otherwise">The code when HD4DP's database was not the reason.</param>
    public static RetryReason Of(Exception error, string otherwise) =>
        error is WarehouseException away
            ? new(away.Code.Word, [.. away.Values.Select(value => $"{value}")], IsOutage: true)
            : new(otherwise, [], IsOutage: false);

    /// <summary>That the portal tries again.</summary>
    public Sentence Sentence => new Sentence($"{Code}.retry", [.. Values]);

    /// <summary>That it tried often enough.</summary>
    public Sentence GivenUp => new Sentence(IsOutage ? $"{Code}.detail" : $"{Code}.gave_up", [.. Values]);
}
