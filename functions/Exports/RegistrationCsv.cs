using System.Text;
using Ssp.Hd4dp;
using Ssp.Storage;
using Ssp.Text;

namespace Ssp.Exports;

/// <summary>Streams registrations into a file: a header with the technical field names, then one line per registration.</summary>
public static class RegistrationCsv
{
    // How often the text written so far is looked at; a block of the file is far larger than this many lines.
    private const int LinesPerLook = 64;

    /// <param name="onRow">Told the number of registrations written so far.</param>
    /// <returns>
    /// How many values a spreadsheet will cut. Null when a field appeared that the header does not have: the file is worth nothing, begin again with another.
    /// </returns>
    public static async Task<long?> WriteAsync(
        RegistrationReader registrations, CsvProfile profile, BlockFile file, Action<long> onRow, CancellationToken cancel)
    {
        using var csv = new CsvText(file.Buffer, profile);
        var writers = registrations.Fields.Select(field => FieldText.WriterOf(field.Key)).ToArray();
        csv.Write(registrations.Fields.Select(field => (string?)field.Name).ToArray());
        Reading reading;
        while ((reading = await registrations.NextAsync(cancel)) == Reading.Registration)
        {
            for (var place = 0; place < writers.Length; place++)
            {
                if (registrations.Values[place] is { } value && writers[place] is { } write)
                {
                    csv.WriteField(write(Encoding.UTF8.GetString(value.Span)));
                }
                else
                {
                    csv.WriteField(registrations.Values[place].GetValueOrDefault().Span);
                }
            }

            csv.EndRecord();
            onRow(registrations.Read);
            if (registrations.Read % LinesPerLook == 0)
            {
                csv.Flush();
                await file.StoreFullBlockAsync(cancel);
            }
        }

        csv.Flush();
        return reading == Reading.End ? csv.TooLong : null;
    }
}
