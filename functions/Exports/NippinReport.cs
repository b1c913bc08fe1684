using System.Buffers;
using Ssp.Nippin;
using Ssp.Storage;
using Ssp.Text;

namespace Ssp.Exports;

/// <summary>Copies a period of a night's file into an export: in HD4DP's own form byte by byte, in the others record by record.</summary>
public static class NippinReport
{
    private const int PieceBytes = 256 * 1024;
    private const int LinesPerLook = 64;

    /// <param name="onRow">Told the number of registrations written so far.</param>
    /// <returns>How many registrations were written.</returns>
    public static async Task<long> WriteAsync(
        NightStore nights, NightFile night, NightIndex index, NightStretch stretch, CsvProfile profile, BlockFile file, Action<long> onRow,
        CancellationToken cancel)
    {
        if (profile == CsvProfile.Hd4dp)
        {
            await CopyAsync(nights, night, 0, index.HeaderBytes, file, cancel);
            await CopyAsync(nights, night, stretch.Begin, stretch.End, file, cancel);
            return stretch.Counts.All;
        }

        using var csv = new CsvText(file.Buffer, CsvDialect.Of(profile));
        csv.Write(NightWriter.Columns.ToArray());
        var rows = 0L;
        if (stretch.Begin < stretch.End)
        {
            await using var input = await NightReader.OpenAsync(nights.Report(night.Name), stretch.Begin, stretch.End, cancel);
            using var records = CsvText.ReadLarge(input, CsvDialect.NightlyReport);
            while (await records.ReadAsync(cancel))
            {
                for (var column = 0; column < records.FieldCount; column++)
                {
                    csv.WriteField(records.GetSpan(column));
                }

                csv.EndRecord();
                onRow(++rows);
                if (rows % LinesPerLook == 0)
                {
                    csv.Flush();
                    await file.StoreFullBlockAsync(cancel);
                }
            }
        }

        csv.Flush();
        return rows;
    }

    private static async Task CopyAsync(NightStore nights, NightFile night, long begin, long end, BlockFile file, CancellationToken cancel)
    {
        if (begin == end)
        {
            return;
        }

        await using var input = await NightReader.OpenAsync(nights.Report(night.Name), begin, end, cancel);
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            for (int read; (read = await input.ReadAsync(piece, cancel)) > 0;)
            {
                file.Buffer.Write(piece, 0, read);
                await file.StoreFullBlockAsync(cancel);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }
}
