using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace Ssp.Storage;

/// <summary>
/// The names and clients of every table, container and queue. All names begin with the setting StoragePrefix, so that
/// several portals (and every test) can share one storage account.
/// </summary>
public sealed class PortalStorage
{
    // What takes longer than that on the same machine does not come.
    private static readonly TimeSpan RowPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BlobPatience = TimeSpan.FromSeconds(30);

    private readonly TableServiceClient tables;
    private readonly QueueServiceClient queues;
    private readonly SemaphoreSlim preparing = new(1, 1);
    private bool prepared;

    public PortalStorage(StorageSettings settings)
    {
        var prefix = settings.Prefix;
        var connection = settings.Connection;
        tables = new TableServiceClient(connection, Patient(new TableClientOptions(), RowPatience, new TableServiceClient(connection).Uri));
        queues = new QueueServiceClient(
            connection, Patient(new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 }, RowPatience, new QueueServiceClient(connection).Uri));
        var blobs = new BlobServiceClient(connection, Patient(new BlobClientOptions(), BlobPatience, new BlobServiceClient(connection).Uri));

        Accounts = tables.GetTableClient($"{prefix}Accounts");
        Sessions = tables.GetTableClient($"{prefix}Sessions");
        SignInFailures = tables.GetTableClient($"{prefix}SignInFailures");
        Organizations = tables.GetTableClient($"{prefix}Organizations");
        Memberships = tables.GetTableClient($"{prefix}Memberships");
        ExportJobs = tables.GetTableClient($"{prefix}ExportJobs");
        Audit = tables.GetTableClient($"{prefix}Audit");
        AuditChains = tables.GetTableClient($"{prefix}AuditChains");
        AuditForwards = tables.GetTableClient($"{prefix}AuditForwards");
        Certificates = tables.GetTableClient($"{prefix}Certificates");
        ExportFiles = blobs.GetBlobContainerClient($"{prefix}-exports");
        ExportQueue = queues.GetQueueClient($"{prefix}-{QueueNames.Exports}");
        ExportPoison = queues.GetQueueClient($"{prefix}-{QueueNames.Exports}{QueueNames.Poison}");
        CertificateFiles = blobs.GetBlobContainerClient($"{prefix}-certificates");
        CertificateQueue = queues.GetQueueClient($"{prefix}-{QueueNames.Certificates}");
        CertificatePoison = queues.GetQueueClient($"{prefix}-{QueueNames.Certificates}{QueueNames.Poison}");
        CostlyCertificateQueue = queues.GetQueueClient($"{prefix}-{QueueNames.CostlyCertificates}");
        CostlyCertificatePoison = queues.GetQueueClient($"{prefix}-{QueueNames.CostlyCertificates}{QueueNames.Poison}");
        Nights = tables.GetTableClient($"{prefix}Nights");
        NightFiles = blobs.GetBlobContainerClient($"{prefix}-nights");
        NippinQueue = queues.GetQueueClient($"{prefix}-{QueueNames.Nippin}");
        NippinPoison = queues.GetQueueClient($"{prefix}-{QueueNames.Nippin}{QueueNames.Poison}");
        Work = tables.GetTableClient($"{prefix}Work");
    }

    public TableClient Accounts { get; }

    public TableClient Sessions { get; }

    public TableClient SignInFailures { get; }

    public TableClient Organizations { get; }

    public TableClient Memberships { get; }

    public TableClient ExportJobs { get; }

    public TableClient Audit { get; }

    public TableClient AuditChains { get; }

    public TableClient AuditForwards { get; }

    public TableClient Certificates { get; }

    public BlobContainerClient ExportFiles { get; }

    public QueueClient ExportQueue { get; }

    /// <summary>Where a host puts a message whose last try failed.</summary>
    public QueueClient ExportPoison { get; }

    public BlobContainerClient CertificateFiles { get; }

    public QueueClient CertificateQueue { get; }

    public QueueClient CertificatePoison { get; }

    public QueueClient CostlyCertificateQueue { get; }

    public QueueClient CostlyCertificatePoison { get; }

    public TableClient Nights { get; }

    public BlobContainerClient NightFiles { get; }

    public QueueClient NippinQueue { get; }

    public QueueClient NippinPoison { get; }

    public TableClient Work { get; }

    /// <summary>Creates what does not exist yet; once per process, again only when it failed.</summary>
    public async Task PrepareAsync(CancellationToken cancel)
    {
        if (prepared)
        {
            return;
        }

        await preparing.WaitAsync(cancel);
        try
        {
            TableClient[] tables =
            [
                Accounts, Sessions, SignInFailures, Organizations, Memberships, ExportJobs, Audit, AuditChains, AuditForwards, Certificates, Nights, Work,
            ];
            foreach (var table in tables)
            {
                await table.CreateIfNotExistsAsync(cancel);
            }

            foreach (var container in (BlobContainerClient[])[ExportFiles, CertificateFiles, NightFiles])
            {
                await container.CreateIfNotExistsAsync(cancellationToken: cancel);
            }

            // The poison queues too: a host that listens to one that is not there complains of it all the time.
            QueueClient[] queues =
            [
                ExportQueue, ExportPoison, CertificateQueue, CertificatePoison, CostlyCertificateQueue, CostlyCertificatePoison, NippinQueue, NippinPoison,
            ];
            foreach (var queue in queues)
            {
                await queue.CreateIfNotExistsAsync(cancellationToken: cancel);
            }

            prepared = true;
        }
        finally
        {
            preparing.Release();
        }
    }

    /// <summary>Asks tables, queues and blobs whether they answer.</summary>
    public async Task CheckAsync(CancellationToken cancel)
    {
        await Accounts.GetEntityIfExistsAsync<TableEntity>("health", "health", cancellationToken: cancel);
        await ExportQueue.ExistsAsync(cancel);
        await ExportFiles.ExistsAsync(cancel);
    }

    // Storage stands beside the portal: when it does not answer at once it is down, and a person is waiting.
    private static T Patient<T>(T options, TimeSpan patience, Uri service)
        where T : ClientOptions
    {
        options.Retry.NetworkTimeout = patience;
        options.AddPolicy(new SilenceGuard(service), HttpPipelinePosition.PerRetry);
        options.Retry.MaxRetries = 2;
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.Delay = TimeSpan.FromMilliseconds(100);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(1);
        return options;
    }
}
