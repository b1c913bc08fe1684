using Microsoft.AspNetCore.Http;

namespace Ssp.Http;

/// <summary>An answer that is made and sent in its turn, and holds its place until the caller has all of it.</summary>
/// <param name="asker">Whose turn it is, see <see cref="Lane"/>.</param>
/// <param name="answer">Makes the answer; not called when the lane refuses.</param>
public sealed class InLane(Lane lane, string asker, Func<Task<IResult>> answer) : IResult
{
    /// <exception cref="Problem">429 too_many_at_once or 503 busy.</exception>
    public Task ExecuteAsync(HttpContext httpContext) => lane.RunAsync(
        asker, async () => await (await answer()).ExecuteAsync(httpContext), patience: null, httpContext.RequestAborted);
}
