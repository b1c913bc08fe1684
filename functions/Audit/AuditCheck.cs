using System.Globalization;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Storage;

namespace Ssp.Audit;

/// <summary>Reads chains from their beginning and judges them by <see cref="ChainCheck"/>.</summary>
public sealed class AuditCheck(AuditStore store, OrganizationStore organizations, TimeProvider clock)
{
    private const int Piece = 1_000;

    /// <summary>What was requested less long ago may still be under way.</summary>
    private static readonly TimeSpan UnderWay = TimeSpan.FromMinutes(1);

    public async Task<ChainReport> CheckAsync(string chain, CancellationToken cancel)
    {
        var (witness, head) = await ReadEndsAsync(chain, cancel);
        if (witness is null && head is not null)
        {
            // The chain may have begun between the two looks; then both are there now.
            (witness, head) = await ReadEndsAsync(chain, cancel);
        }

        var check = new ChainCheck(chain, head, witness);
        for (var first = 1L; first <= check.Reached; first += Piece)
        {
            var rows = await store.ReadAsync(chain, first, Math.Min(check.Reached, first + Piece - 1), cancel);
            if (rows.Count == 0)
            {
                // An end may have been forged to lie anywhere.
                break;
            }

            check.Look(rows);
        }

        return check.End(await GoesOnAsync(chain, check.Reached, cancel), clock.GetUtcNow() - UnderWay);
    }

    /// <summary>
    /// Every chain that storage tells of or an organisation should have, the installation's first. An organisation nobody has changed has no events yet.
    /// </summary>
    public async IAsyncEnumerable<ChainReport> CheckAllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var chains = (await store.ListTracesAsync(cancel))
            .Concat((await organizations.ListAsync(cancel)).Select(organization => organization.Id.ToString()))
            .Distinct()
            .OrderByDescending(chain => chain == AuditEvent.Installation)
            .ThenBy(chain => chain, StringComparer.Ordinal);
        foreach (var chain in chains)
        {
            yield return await CheckAsync(chain, cancel);
        }
    }

    /// <summary>One hash for several chains: that of the lines "chain events head".</summary>
    public static string SealOf(IEnumerable<ChainReport> reports) =>
        Secrets.Hash(string.Concat(reports.Select(report => string.Create(CultureInfo.InvariantCulture, $"{report.Chain} {report.Events} {report.Head}\n"))));

    public static Sentence SentenceOf(ChainBreak found) => found.Kind switch
    {
        BreakKind.Edited => Sentences.Audit.Edited(found.Number),
        BreakKind.Missing => Sentences.Audit.Missing(found.Number),
        BreakKind.Moved => Sentences.Audit.Moved(found.Number),
        _ => Sentences.Audit.Truncated(found.Number),
    };

    // In this order: a witness that was read first cannot be ahead of an honest head.
    private async Task<(ChainEnd? Witness, ChainEnd? Head)> ReadEndsAsync(string chain, CancellationToken cancel) =>
        (await store.FindWitnessAsync(chain, cancel), await store.FindHeadAsync(chain, cancel));

    // An event behind the end is honest when somebody appended meanwhile: then the head knows it by now.
    private async Task<bool> GoesOnAsync(string chain, long reached, CancellationToken cancel) =>
        await store.FindAsync(chain, reached + 1, cancel) is not null && !((await store.FindHeadAsync(chain, cancel))?.Count > reached);
}
