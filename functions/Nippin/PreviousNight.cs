using Azure;
using Azure.Storage.Blobs.Models;
using Ssp.Storage;

namespace Ssp.Nippin;

/// <summary>
/// What the night before knew: which registrations had not reached the insurers, since when, and how far it reached. More of them than
/// <see cref="Most"/> are not followed one by one: then something is wrong for all, and memory is not to grow with it.
/// </summary>
public sealed class PreviousNight
{
    private const int Most = 500_000;
    private const int RowsAtATime = 8_192;

    private readonly Dictionary<ulong, int> open;
    private readonly DateTimeOffset? newest;

    private PreviousNight(DateOnly date, NightFile file)
    {
        (Date, newest) = (date, file.NewestRegistration);
        open = new Dictionary<ulong, int>((int)file.Counts.Open);
    }

    public DateOnly Date { get; }

    /// <summary>Null when there is no earlier night to compare with, its file is gone, or too much was open.</summary>
    public static async Task<PreviousNight?> ReadAsync(NightStore nights, Night? night, CancellationToken cancel)
    {
        if (night?.File is not { } file || file.Counts.Open > Most)
        {
            return null;
        }

        var previous = new PreviousNight(night.Date, file);
        try
        {
            await using var rows = await nights.Rows(file.Name).OpenReadAsync(new BlobOpenReadOptions(allowModifications: false), cancel);
            var buffer = new byte[RowsAtATime * OpenSince.Bytes];
            for (int read; (read = await rows.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel)) > 0;)
            {
                previous.Take(buffer.AsSpan(0, read));
            }

            return previous;
        }
        catch (RequestFailedException error) when (error.IsMissing())
        {
            return null;
        }
    }

    /// <summary>Since when a registration had been open that night, and with what result; null when it was not open.</summary>
    public (DateOnly Since, NippinResult Result)? Find(ulong document) => open.TryGetValue(document, out var state) ? OpenSince.Unpack(state) : null;

    /// <summary>Whether a registration made then can have been in that night's file.</summary>
    public bool Reached(DateTimeOffset? createdOn) => createdOn <= newest;

    private void Take(ReadOnlySpan<byte> rows)
    {
        for (; rows.Length >= OpenSince.Bytes; rows = rows[OpenSince.Bytes..])
        {
            if (OpenSince.StateOf(rows) is not 0 and var state)
            {
                open[OpenSince.DocumentOf(rows)] = state;
            }
        }
    }
}
