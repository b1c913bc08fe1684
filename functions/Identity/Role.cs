namespace Ssp.Identity;

/// <summary>What a member may do in one organisation. User Manager is not among them: that is a property of the account, for the whole installation.</summary>
public enum Role
{
    DpManager,
    CertificateEditor,
    CsvUploadManager,
    NippinManager,
}
