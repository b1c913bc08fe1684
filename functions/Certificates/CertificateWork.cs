using Azure.Storage.Blobs;
using Ssp.Jobs;
using Ssp.Storage;

namespace Ssp.Certificates;

/// <summary>Checks of certificates, and the delivery that follows, as the sweep sees them. A check takes a moment, so no worker gives signs of life.</summary>
public sealed class CertificateWork(CertificateStore certificates, Delivery delivery, PortalStorage storage) : IWork
{
    public const string Word = "certificate";

    public string Kind => Word;

    public BlobContainerClient Files => storage.CertificateFiles;

    public async Task<WorkState> LookAsync(string organizationId, string id, CancellationToken cancel) => await certificates.FindAsync(organizationId, id, cancel) switch
    {
        null => WorkState.Over,
        { IsPending: true } => WorkState.Waiting,
        var ended => await delivery.IsOwedAsync(ended, cancel) ? WorkState.Waiting : WorkState.Over,
    };

    public async Task SendAsync(string organizationId, string id, CancellationToken cancel)
    {
        if (await certificates.FindAsync(organizationId, id, cancel) is { } certificate)
        {
            await certificates.SendAsync(CertificateMessage.For(certificate), cancel);
        }
    }

    public async Task<IReadOnlySet<string>> ListNamedFilesAsync(string organizationId, CancellationToken cancel) =>
        (await certificates.ListAsync(organizationId, cancel)).Select(certificate => CertificateFiles.NameOf(organizationId, certificate.Id)).ToHashSet();
}
