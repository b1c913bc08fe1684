using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs.Models;
using Ssp.Jobs;
using Ssp.Storage;

namespace Ssp.Certificates;

/// <summary>
/// Container certificates: organisation/certificate.sealed, the P12 file with its password, sealed for this organisation and certificate; and
/// organisation/certificate.public, the certificates in it without their keys.
/// </summary>
public sealed class CertificateFiles(PortalStorage storage, Seals seals)
{
    private const string SealedEnding = ".sealed";

    /// <summary>The file and its password.</summary>
    /// <returns>Null when there is no file.</returns>
    /// <exception cref="SealException">It cannot be opened.</exception>
    public async Task<SealedFile?> OpenAsync(Certificate certificate, CancellationToken cancel)
    {
        byte[] sealedBytes;
        try
        {
            var blob = storage.CertificateFiles.GetBlobClient(FileOf(certificate.OrganizationId, certificate.Id));
            sealedBytes = (await blob.DownloadContentAsync(cancel)).Value.Content.ToArray();
        }
        catch (RequestFailedException error) when (error.IsMissing())
        {
            return null;
        }

        var packed = seals.Open(sealedBytes, PurposeOf(certificate.OrganizationId, certificate.Id));
        try
        {
            return SealedFile.Unpack(packed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(packed);
        }
    }

    /// <summary>Seals the file under the newest key.</summary>
    public async Task SealAsync(OrganizationId organizationId, JobId certificateId, SealedFile file, CancellationToken cancel)
    {
        var packed = file.Pack();
        try
        {
            await storage.CertificateFiles.GetBlobClient(FileOf(organizationId, certificateId))
                .UploadAsync(new BinaryData(seals.Seal(packed, PurposeOf(organizationId, certificateId))), overwrite: true, cancel);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(packed);
        }
    }

    /// <summary>Seals every file anew under the newest key.</summary>
    /// <returns>Each with why it could not be opened; null: it is done.</returns>
    public async IAsyncEnumerable<(OrganizationId OrganizationId, JobId CertificateId, SealFault? Fault)> SealAllAnewAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var blob in storage.CertificateFiles.GetBlobsAsync(cancellationToken: cancel))
        {
            if (blob.Name.Split('/') is [var owner, var file] && file.EndsWith(SealedEnding, StringComparison.Ordinal)
                && OrganizationId.TryParse(owner) is { } organizationId && JobId.TryParse(file[..^SealedEnding.Length]) is { } certificateId)
            {
                yield return (organizationId, certificateId, await SealAnewAsync(organizationId, certificateId, cancel));
            }
        }
    }

    /// <summary>Keeps the certificates themselves, which are public.</summary>
    public async Task KeepPublicPartsAsync(Certificate certificate, PublicParts parts, CancellationToken cancel)
    {
        await storage.CertificateFiles
            .GetBlobClient(PublicPartsOf(certificate))
            .UploadAsync(BinaryData.FromBytes(StoredJson.WriteBytes(parts)), overwrite: true, cancel);
    }

    /// <returns>Null when no check could read any.</returns>
    public async Task<PublicParts?> FindPublicPartsAsync(Certificate certificate, CancellationToken cancel)
    {
        try
        {
            var content = await storage.CertificateFiles.GetBlobClient(PublicPartsOf(certificate)).DownloadContentAsync(cancel);
            return StoredJson.Read<PublicParts>(content.Value.Content);
        }
        catch (RequestFailedException error) when (error.IsMissing())
        {
            return null;
        }
    }

    /// <summary>What the names of a certificate's files begin with.</summary>
    public static string NameOf(OrganizationId organizationId, JobId certificateId) => $"{organizationId}/{certificateId}";

    private static string[] PurposeOf(OrganizationId organizationId, JobId certificateId) => ["certificate", organizationId, certificateId];

    private static string FileOf(OrganizationId organizationId, JobId certificateId) => NameOf(organizationId, certificateId) + SealedEnding;

    private async Task<SealFault?> SealAnewAsync(OrganizationId organizationId, JobId certificateId, CancellationToken cancel)
    {
        var blob = storage.CertificateFiles.GetBlobClient(FileOf(organizationId, certificateId));
        var packed = Array.Empty<byte>();
        try
        {
            var before = (await blob.DownloadContentAsync(cancel)).Value;
            packed = seals.Open(before.Content.ToArray(), PurposeOf(organizationId, certificateId));
            await blob.UploadAsync(
                new BinaryData(seals.Seal(packed, PurposeOf(organizationId, certificateId))),
                new BlobUploadOptions { Conditions = new BlobRequestConditions { IfMatch = before.Details.ETag } },
                cancel);
            return null;
        }
        catch (SealException fault)
        {
            return fault.Fault;
        }
        catch (RequestFailedException error) when (error.IsMissing() || error.IsStale())
        {
            // Removed, or written anew by another run of this: under the newest key too.
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(packed);
        }
    }

    private static string PublicPartsOf(Certificate certificate) => NameOf(certificate.OrganizationId, certificate.Id) + ".public";
}
