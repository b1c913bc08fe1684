using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using CsvHelper;
using Ssp.Http;
using Ssp.Storage;
using Ssp.Text;
using Ssp.Clock;

namespace Ssp.Nippin;

/// <summary>A row of a night's file.</summary>
/// <param name="Number">How many rows stand before it.</param>
/// <param name="Offset">Where it begins, in bytes.</param>
/// <param name="Day">The day it counts for: the implant date, else the Belgian day of its creation.</param>
public sealed record NightRecord(
    long Number, long Offset, long LocaldwhId, DateTimeOffset? CreatedOn, string? RegistrationCode, string? MessageId, string? InterfaceType, string? Status,
    DateTimeOffset? MessageCreatedOn, string? Validation, string? TackReference, string? TackMajor, NippinResult Result, DateOnly? ImplantDate, DateOnly Day);

/// <summary>A line of a night's changes.</summary>
public sealed record ChangeRecord(
    long Offset, NippinChange Change, NippinResult? PreviousResult, DateOnly Since,
    long LocaldwhId, DateTimeOffset? CreatedOn, string? RegistrationCode, DateOnly? ImplantDate, DateOnly Day, NippinResult Result);

/// <summary>Reads a night's files, a stretch at a time.</summary>
public sealed class NightReader(NightStore nights)
{
    private const int BufferBytes = 256 * 1024;
    private const int ResultColumn = 11;
    private static readonly Dictionary<string, NippinResult> ResultOf = Enum.GetValues<NippinResult>().ToDictionary(Json.Word);
    private static readonly Dictionary<string, NippinChange> ChangeOf = Enum.GetValues<NippinChange>().ToDictionary(Json.Word);

    public async Task<NightIndex> IndexAsync(NightFile file, CancellationToken cancel) =>
        NightIndex.Parse((await nights.Days(file.Name).DownloadContentAsync(cancel)).Value.Content);

    /// <summary>The rows of a stretch, from a place in it on, that have this result.</summary>
    /// <param name="offset">Where to begin; the beginning of a row.</param>
    /// <param name="number">How many rows stand before it.</param>
    /// <param name="search">What one of the codes and numbers of a row must contain; null: anything.</param>
    public async IAsyncEnumerable<NightRecord> ReadAsync(
        NightFile file, NightStretch stretch, long offset, long number, NippinResult? result, SearchText? search,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        var word = result is { } wanted ? Encoding.ASCII.GetBytes(Json.Word(wanted)) : null;
        foreach (var (begin, end, first) in Pieces(stretch, offset, number, result))
        {
            var row = first;
            await using var input = await OpenAsync(nights.Report(file.Name), begin, end, cancel);
            using var csv = CsvText.ReadLarge(input, CsvDialect.NightlyReport);
            for (; await csv.ReadAsync(cancel); row++)
            {
                if ((word is null || csv.GetSpan(ResultColumn).SequenceEqual(word)) && (search is null || Contains(csv, search)))
                {
                    yield return RecordOf(csv, row, begin + csv.ByteOffset);
                }
            }
        }
    }

    /// <summary>The changes, from a place on.</summary>
    public async IAsyncEnumerable<ChangeRecord> ReadChangesAsync(NightFile file, long offset, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var input = await OpenAsync(nights.Changes(file.Name), offset, long.MaxValue, cancel);
        using var csv = CsvText.ReadLarge(input, CsvDialect.NightlyReport);
        while (await csv.ReadAsync(cancel))
        {
            yield return new ChangeRecord(
                offset + csv.ByteOffset, ChangeOf[csv.GetString(0)], Text(csv, 1) is { } was ? ResultOf[was] : null, Day(csv, 2)!.Value,
                long.Parse(csv.GetSpan(3), CultureInfo.InvariantCulture), Time(csv, 4), Text(csv, 5), Day(csv, 6), Day(csv, 7)!.Value,
                ResultOf[csv.GetString(8)]);
        }
    }

    /// <summary>Since when the registrations of these rows have been open; of those that are, by row number.</summary>
    public async Task<Dictionary<long, DateOnly>> OpenSinceAsync(NightFile file, IReadOnlyList<NightRecord> records, CancellationToken cancel)
    {
        var open = records.Where(record => record.Result != NippinResult.Valid).ToList();
        var found = new Dictionary<long, DateOnly>();
        // Rows of one page mostly stand together; where they do not, each is fetched by itself.
        foreach (var group in open.GroupBy(record => record.Number * OpenSince.Bytes / BufferBytes))
        {
            var begin = group.Min(record => record.Number);
            var count = group.Max(record => record.Number) - begin + 1;
            var range = new BlobDownloadOptions { Range = new Azure.HttpRange(begin * OpenSince.Bytes, count * OpenSince.Bytes) };
            var rows = (await nights.Rows(file.Name).DownloadContentAsync(range, cancel)).Value.Content;
            foreach (var record in group)
            {
                var state = OpenSince.StateOf(rows.ToMemory().Span[(int)((record.Number - begin) * OpenSince.Bytes)..]);
                found[record.Number] = OpenSince.Unpack(state).Since;
            }
        }

        return found;
    }

    /// <summary>The bytes of a blob from one place up to another.</summary>
    public static async Task<Stream> OpenAsync(BlockBlobClient blob, long begin, long end, CancellationToken cancel)
    {
        var input = await blob.OpenReadAsync(new BlobOpenReadOptions(allowModifications: false) { Position = begin, BufferSize = BufferBytes }, cancel);
        return new Stretch(input, end - begin);
    }

    // Days without the result are skipped; those that follow each other are read in one go.
    private static IEnumerable<(long Begin, long End, long First)> Pieces(NightStretch stretch, long offset, long number, NippinResult? result)
    {
        (long Begin, long End, long First)? piece = null;
        for (var i = 0; i < stretch.Days.Count; i++)
        {
            var day = stretch.Days[i];
            var end = i + 1 < stretch.Days.Count ? stretch.Days[i + 1].Offset : stretch.End;
            if (end <= offset || day.Counts.Of(result) == 0)
            {
                continue;
            }

            var (begin, first) = offset > day.Offset ? (offset, number) : (day.Offset, day.FirstRow);
            if (piece is { } open && open.End == begin)
            {
                piece = open with { End = end };
                continue;
            }

            if (piece is { } done)
            {
                yield return done;
            }

            piece = (begin, end, first);
        }

        if (piece is { } last)
        {
            yield return last;
        }
    }

    private static bool Contains(CsvReader csv, SearchText search) =>
        ((int[])[0, 2, 4, 6, 9]).Any(column => search.IsIn(csv.GetString(column)));

    private static NightRecord RecordOf(CsvReader csv, long number, long offset)
    {
        var created = Time(csv, 1);
        var implant = Day(csv, 12);
        return new NightRecord(
            number, offset, long.Parse(csv.GetSpan(0), CultureInfo.InvariantCulture), created, Text(csv, 2),
            Text(csv, 4), Text(csv, 5), Text(csv, 6), Time(csv, 7), Text(csv, 8), Text(csv, 9), Text(csv, 10),
            ResultOf[csv.GetString(ResultColumn)],
            implant,
            implant ?? (created is { } time ? BelgianTime.DayOf(time) : new DateOnly(1900, 1, 1)));
    }

    private static string? Text(CsvReader csv, int column) => csv.GetSpan(column).Length == 0 ? null : csv.GetString(column);

    private static DateTimeOffset? Time(CsvReader csv, int column) =>
        Text(csv, column) is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : null;

    private static DateOnly? Day(CsvReader csv, int column) =>
        Text(csv, column) is { } text ? DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture) : null;

    /// <summary>The first so many bytes of another stream.</summary>
    private sealed class Stretch(Stream input, long length) : ReadingStream
    {
        private long left = length;

        public override long Length => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = input.Read(buffer, offset, (int)Math.Min(count, left));
            left -= read;
            return read;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel = default)
        {
            var read = await input.ReadAsync(buffer[..(int)Math.Min(buffer.Length, left)], cancel);
            left -= read;
            return read;
        }

        public override async ValueTask DisposeAsync()
        {
            await input.DisposeAsync();
            await base.DisposeAsync();
        }

        protected override void Dispose(bool disposing)
        {
            input.Dispose();
            base.Dispose(disposing);
        }
    }
}

/// <summary>
/// A place in a night's file to go on from. It knows which file it speaks of: in a renewed one it means nothing. It travels sealed, because
/// a place that somebody made up may lie in the middle of a row.
/// </summary>
public sealed record NightCursor(string File, long Offset, long Number)
{
    private const string Purpose = "nippin-cursor";
    private const int Parts = 3;

    public static NightCursor Start(NightFile file) => new(file.Name, 0, 0);

    public string Seal(Seals seals, OrganizationId organizationId) =>
        Base64Url.EncodeToString(
            seals.Seal(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{File} {Offset} {Number}")), Purpose, organizationId));

    /// <summary>Null when it is none of this organisation's.</summary>
    public static NightCursor? Open(string cursor, Seals seals, OrganizationId organizationId)
    {
        if (!Base64Url.IsValid(cursor))
        {
            return null;
        }

        try
        {
            return Encoding.UTF8.GetString(seals.Open(Base64Url.DecodeFromChars(cursor), Purpose, organizationId)).Split(' ') is { Length: Parts } parts
                ? new NightCursor(parts[0], long.Parse(parts[1], CultureInfo.InvariantCulture), long.Parse(parts[2], CultureInfo.InvariantCulture))
                : null;
        }
        catch (SealException)
        {
            return null;
        }
    }
}
