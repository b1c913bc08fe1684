using System.Globalization;
using Microsoft.AspNetCore.Http;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Text;

namespace Ssp.Audit;

/// <summary>Events as a CSV file for a spreadsheet, written as they are read: memory does not grow with the trail.</summary>
public static class AuditCsv
{
    private const int Buffer = 64 * 1024;

    private static readonly string[] Columns =
    [
        "at", "chain", "number", "actor", "actor_id", "session", "organization_id", "action", "object", "result", "details", "operation",
        "request_id", "address",
    ];

    /// <param name="lane">Held while the file is written.</param>
    /// <param name="note">Tells the trail, when the file is begun.</param>
    public static IResult Answer(HttpRequest request, Lane lane, Func<Task> note, IAsyncEnumerable<AuditEvent> events, string name, DateTimeOffset now)
    {
        var cancel = request.HttpContext.RequestAborted;
        return new InLane(
            lane,
            request.Caller().Account.Id,
            async () =>
            {
                await note();
                return TypedResults.Stream(
                    output => WriteAsync(output, events, cancel), "text/csv; charset=utf-8", $"audit_{name}_{now.UtcDateTime:yyyyMMdd}.csv");
            });
    }

    public static async Task WriteAsync(Stream output, IAsyncEnumerable<AuditEvent> events, CancellationToken cancel)
    {
        // The writer is synchronous and the answer's stream is not.
        using var buffer = new MemoryStream();
        using var csv = new CsvText(buffer, CsvProfile.Excel);
        csv.Write(Columns);
        await foreach (var one in events.WithCancellation(cancel))
        {
            csv.Write(
                [
                    TimeConverter.Write(one.At), one.Chain, one.Number.ToString(CultureInfo.InvariantCulture),
                    one.By.Actor, one.By.ActorId, one.By.Session,
                    one.Action.OrganizationId, one.Action.Name, one.Action.Object, AuditHash.WordOf(one.Result), one.Action.Details,
                    one.Operation, one.By.RequestId, one.By.Address,
                ]);
            if (buffer.Length > Buffer)
            {
                await EmptyAsync(csv, buffer, output, cancel);
            }
        }

        await EmptyAsync(csv, buffer, output, cancel);
    }

    private static async Task EmptyAsync(CsvText csv, MemoryStream buffer, Stream output, CancellationToken cancel)
    {
        csv.Flush();
        await output.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), cancel);
        buffer.SetLength(0);
    }
}
