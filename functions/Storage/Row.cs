using Azure;
using Azure.Data.Tables;

namespace Ssp.Storage;

/// <summary>
/// What every row of a table has. The properties of a row class are the names of its columns: they stay as they are, whatever the code calls things later.
/// </summary>
public abstract class Row : ITableEntity
{
    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }
}
