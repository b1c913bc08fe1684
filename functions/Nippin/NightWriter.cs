using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Storage;
using Ssp.Text;

namespace Ssp.Nippin;

/// <summary>
/// Writes the files of a night, row by row, in the order the rows come. The columns are those of HD4DP's own nightly report
/// (fair-v1.healthdata.be/nl/node/10061); its heading prints 11 names over 12 values, so the missing one is here:
/// nippin_postresponse_tack_result_major. The implant date comes after them.
/// </summary>
public sealed class NightWriter : IAsyncDisposable
{
    public static readonly IReadOnlyList<string> Columns =
    [
        "localdwh_id", "localdwh_created_on", "localdwh_registration_code", "localdwh_register", "nippin_message", "nippin_interface_type", "nippin_status",
        "nippin_created_on", "nippin_payload_after_validation", "nippin_postresponse_tack_reference", "nippin_postresponse_tack_result_major", "result",
        "localdwh_implant_date",
    ];

    private const int SmallBlockBytes = 256 * 1024;
    private const int RowsPerLook = 64;
    private static readonly byte[][] Words = [.. Enum.GetValues<NippinResult>().Select(result => Encoding.ASCII.GetBytes(Json.Word(result)))];

    private readonly NightStore nights;
    private readonly Night night;
    private readonly PreviousNight? previous;
    private readonly byte[] register;
    private readonly BlockFile reportFile;
    private readonly BlockFile rowsFile;
    private readonly BlockFile changesFile;
    private readonly CsvText report;
    private readonly CsvText changes;
    private readonly List<NightDay> days = [];
    private readonly long[] counts = new long[Words.Length];
    private readonly byte[] row = new byte[OpenSince.Bytes];
    private readonly long headerBytes;
    private DateOnly? day;
    private (long Offset, long FirstRow) dayStart;
    private long written;
    private long solved;
    private long broken;
    private long newest = long.MinValue;

    public NightWriter(NightStore nights, Night night, PreviousNight? previous)
    {
        (this.nights, this.night, this.previous) = (nights, night, previous);
        register = Encoding.UTF8.GetBytes(night.Registry);
        var name = night.AttemptFiles;
        reportFile = new BlockFile(nights.Report(name));
        rowsFile = new BlockFile(nights.Rows(name), SmallBlockBytes);
        changesFile = new BlockFile(nights.Changes(name), SmallBlockBytes);
        report = new CsvText(reportFile.Buffer, CsvDialect.NightlyReport);
        changes = new CsvText(changesFile.Buffer, CsvDialect.NightlyReport);
        report.Write(Columns.ToArray());
        report.Flush();
        headerBytes = reportFile.Length;
    }

    /// <summary>How many registrations were written.</summary>
    public long Written => written;

    public void Write(in LinkedRegistration registration, NippinMessage? message)
    {
        var result = NippinRule.Of(message);
        Begin(PostgresTime.DayOf(registration.Day));
        counts[(int)result]++;
        written++;
        newest = Math.Max(newest, registration.CreatedOn ?? long.MinValue);

        Number(report, registration.Id);
        Time(report, registration.CreatedOn is { } created ? PostgresTime.TimeOf(created) : null);
        report.WriteField(registration.Code);
        report.WriteField(register);
        var used = message.GetValueOrDefault();
        report.WriteField(used.MessageId.Span);
        report.WriteField(used.InterfaceType.Span);
        report.WriteField(used.Status.Span);
        Time(report, used.CreatedOn is { } made ? PostgresTime.TimeOf(made) : null);
        report.WriteField(used.Validation.Span);
        report.WriteField(used.TackReference.Span);
        report.WriteField(used.TackMajor.Span);
        report.WriteField(Words[(int)result]);
        Day(report, registration.ImplantDate is { } implant ? PostgresTime.DayOf(implant) : null);
        report.EndRecord();

        var before = previous?.Find(registration.Document);
        OpenSince.Write(row, registration.Document, result == NippinResult.Valid ? null : before?.Since ?? night.Date, result);
        rowsFile.Buffer.Write(row);
        if (previous is not null && (before is null) != (result == NippinResult.Valid))
        {
            NoteChange(registration, before, result);
        }
    }

    /// <summary>Stores what fills a block; to be called after every row.</summary>
    public async ValueTask StoreAsync(CancellationToken cancel)
    {
        if (written % RowsPerLook == 0)
        {
            report.Flush();
            changes.Flush();
            await reportFile.StoreFullBlockAsync(cancel);
            await rowsFile.StoreFullBlockAsync(cancel);
            await changesFile.StoreFullBlockAsync(cancel);
        }
    }

    /// <summary>Makes the files visible, the report last.</summary>
    public async Task<NightFile> CommitAsync(DateTimeOffset now, double seconds, int foreign, CancellationToken cancel)
    {
        EndDay();
        report.Flush();
        changes.Flush();
        var name = night.AttemptFiles;
        await rowsFile.CommitAsync(cancel);
        await changesFile.CommitAsync(cancel);
        using (var index = new MemoryStream(new NightIndex(days, headerBytes, reportFile.Length).ToJson()))
        {
            await nights.Days(name).UploadAsync(index, cancellationToken: cancel);
        }

        await reportFile.CommitAsync(cancel);
        return new NightFile(
            name, now, days.Aggregate(ResultCounts.None, (sum, one) => sum + one.Counts), seconds,
            newest == long.MinValue ? null : PostgresTime.TimeOf(newest), foreign,
            previous?.Date, previous is null ? null : solved, previous is null ? null : broken);
    }

    public async ValueTask DisposeAsync()
    {
        report.Dispose();
        changes.Dispose();
        await reportFile.DisposeAsync();
        await rowsFile.DisposeAsync();
        await changesFile.DisposeAsync();
    }

    private void Begin(DateOnly next)
    {
        if (next != day)
        {
            EndDay();
            report.Flush();
            (day, dayStart) = (next, (reportFile.Length, written));
        }
    }

    private void EndDay()
    {
        if (day is { } ended)
        {
            days.Add(new NightDay(
                ended, dayStart.Offset, dayStart.FirstRow,
                new ResultCounts(
                    counts[(int)NippinResult.Valid],
                    counts[(int)NippinResult.Invalid],
                    counts[(int)NippinResult.NotFound],
                    counts[(int)NippinResult.NotSent])));
            Array.Clear(counts);
        }
    }

    private void NoteChange(in LinkedRegistration registration, (DateOnly Since, NippinResult Result)? before, NippinResult result)
    {
        var created = registration.CreatedOn is { } time ? PostgresTime.TimeOf(time) : (DateTime?)null;
        if (before is null)
        {
            broken++;
        }
        else
        {
            solved++;
        }

        changes.WriteField(Encoding.ASCII.GetBytes(Json.Word(before is null ? NippinChange.Broken : NippinChange.Solved)));
        // The result before. The last night lists only open registrations: one that is not among them was valid then, unless it was created
        // after that night, and then it had none.
        changes.WriteField(before is { } was ? Words[(int)was.Result] : previous!.Reached(created) ? Words[(int)NippinResult.Valid] : []);
        Day(changes, before?.Since ?? night.Date);
        Number(changes, registration.Id);
        Time(changes, created);
        changes.WriteField(registration.Code);
        Day(changes, registration.ImplantDate is { } implant ? PostgresTime.DayOf(implant) : null);
        Day(changes, PostgresTime.DayOf(registration.Day));
        changes.WriteField(Words[(int)result]);
        changes.EndRecord();
    }

    private static void Number(CsvText csv, long number)
    {
        Span<byte> text = stackalloc byte[20];
        Utf8Formatter.TryFormat(number, text, out var length);
        csv.WriteField(text[..length]);
    }

    // ISO 8601 in UTC with microseconds, as the report has it.
    private static void Time(CsvText csv, DateTime? time)
    {
        Span<byte> text = stackalloc byte[40];
        var length = 0;
        time?.TryFormat(text, out length, "yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00'", CultureInfo.InvariantCulture);
        csv.WriteField(text[..length]);
    }

    private static void Day(CsvText csv, DateOnly? day)
    {
        Span<byte> text = stackalloc byte[10];
        var length = 0;
        day?.TryFormat(text, out length, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        csv.WriteField(text[..length]);
    }
}

/// <summary>What happened to a registration since the night before.</summary>
public enum NippinChange
{
    /// <summary>It was open and has reached the insurers.</summary>
    Solved,

    /// <summary>It is open and was not: it was valid, or it is new.</summary>
    Broken,
}
