using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Ssp.Http;
using Ssp.Storage;

namespace Ssp.Certificates;

/// <summary>
/// Gives HD4DP the active certificate: a file in a folder of HD4DP's, readable for its owner only, named as eHealth's own tool names it, so that the newest
/// date is the active one. Whole files appear under their name and whole files replace them; the earlier version goes when the new one is there.
/// </summary>
public sealed partial class Delivery(CertificateStore certificates, CertificateFiles files, CertificateTrace trace, PortalSettings settings, TimeProvider clock, ILogger<Delivery> log)
{
    private const string PasswordEnding = ".password";
    private const int MostTries = 5;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Does nothing when HD4DP has the active certificate already, when none is active, or when no folder is set.</summary>
    public async Task DeliverAsync(string organizationId, CancellationToken cancel)
    {
        // Who loses a race looks again; after some rounds the timer may try it.
        for (var attempt = 0; settings.CertificateDeliveryFolder is { } folder && attempt < MostTries; attempt++)
        {
            var pointer = await certificates.ReadActiveAsync(organizationId, cancel);
            if (pointer.CertificateId is null || await certificates.FindAsync(organizationId, pointer.CertificateId, cancel) is not { Facts: not null } certificate
                || certificate.HasRunOut(clock.GetUtcNow()))
            {
                return;
            }

            var before = await certificates.FindDeliveryAsync(organizationId, cancel);
            var state = await TryAsync(folder, certificate, before, cancel);
            if (state is null || await NoteAsync(certificate, before, state, cancel))
            {
                return;
            }
        }
    }

    /// <summary>How eHealth's tool names such a file: TYPE=id[,APPID] yyyyMMdd-HHmmss.p12, in acceptance .acc-p12.</summary>
    public static string NameOf(CertificateFacts facts, DateTimeOffset activatedAt, bool isAcceptance)
    {
        var who = facts.Identity is { } identity
            ? $"{identity.Type}={identity.Id}{(identity.Application is { } application && ApplicationId().IsMatch(application) ? $",{application}" : "")}"
            : $"SHA256={facts.Authentication.Sha256[..16]}";
        return $"{who} {BelgianTime.Of(activatedAt).ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}{(isAcceptance ? ".acc-p12" : ".p12")}";
    }

    /// <returns>What is to be noted; null when HD4DP has it already, or when a trouble is known already.</returns>
    private async Task<DeliveryState?> TryAsync(string folder, Certificate certificate, DeliveryState? before, CancellationToken cancel)
    {
        DeliveryState Trouble(string key, params string[] values) =>
            new(certificate.OrganizationId, certificate.Id, before?.FileName ?? "", before?.FileOf ?? "", clock.GetUtcNow(), new Sentence(key, [.. values]), before?.ETag);
        DeliveryState? trouble;
        try
        {
            using var file = await files.OpenAsync(certificate, cancel);
            if (file is not null)
            {
                return Write(folder, certificate, file, before);
            }

            trouble = Trouble("certificate.file_gone");
        }
        catch (SealException fault)
        {
            trouble = Trouble(fault.Fault == SealFault.KeyMissing ? "certificate.key_missing" : "certificate.altered");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            log.LogError("The certificate of organisation {Organization} could not be written to the folder of HD4DP: {Reason}", certificate.OrganizationId, error.Message);
            trouble = Trouble("certificate.delivery_failed", folder);
        }

        return before is { Trouble: { } known } && before.CertificateId == certificate.Id && known.Key == trouble.Trouble!.Key ? null : trouble;
    }

    private DeliveryState? Write(string folder, Certificate certificate, SealedFile file, DeliveryState? before)
    {
        // Made active again it is delivered anew, under a later date than the one it takes the place of.
        var version = $"{certificate.Id} {certificate.ActivatedAt:O}";
        var isSame = before?.FileOf == version;
        var name = isSame ? before!.FileName : FreeName(folder, certificate, file);
        var password = settings.DeliversPassword ? Encoding.UTF8.GetBytes(file.Password) : null;
        var path = Path.Combine(folder, name);
        if (isSame && before!.Trouble is null && Holds(path, file.P12) && (password is null || Holds(path + PasswordEnding, password)))
        {
            return null;
        }

        // The password first: who finds the certificate finds the password too.
        if (password is not null)
        {
            Place(path + PasswordEnding, password);
        }

        Place(path, file.P12);
        if (before is { FileName.Length: > 0 } && before.FileName != name)
        {
            File.Delete(Path.Combine(folder, before.FileName));
            File.Delete(Path.Combine(folder, before.FileName + PasswordEnding));
        }

        return new DeliveryState(certificate.OrganizationId, certificate.Id, name, version, clock.GetUtcNow(), null, before?.ETag);
    }

    private async Task<bool> NoteAsync(Certificate certificate, DeliveryState? before, DeliveryState state, CancellationToken cancel)
    {
        var isAgain = before?.FileOf == state.FileOf && before.Trouble is null;
        var sentence = state.Trouble ?? new Sentence(isAgain ? "certificate.delivered_again" : "certificate.delivered", state.FileName);
        var line = new LogLine(default, certificate.Status, sentence, state.Trouble is null ? null : Severity.Warn);
        if (await certificates.ChangeAsync([new(certificate, [line])], null, cancel, state) is null)
        {
            return false;
        }

        if (state.Trouble is null)
        {
            await trace.NoteDeliveryAsync(certificate, state.FileName);
        }

        return true;
    }

    // Two organisations may be campuses of one hospital, with certificates of one name: the second of them gets the next second.
    private string FreeName(string folder, Certificate certificate, SealedFile file)
    {
        var isAcceptance = settings.CertificateRules.IsAcceptance || certificate.FileName.EndsWith(".acc-p12", StringComparison.OrdinalIgnoreCase);
        for (var time = certificate.ActivatedAt ?? certificate.UploadedAt; ; time = time.AddSeconds(1))
        {
            var name = NameOf(certificate.Facts!, time, isAcceptance);
            var path = Path.Combine(folder, name);
            if (!File.Exists(path) || Holds(path, file.P12))
            {
                return name;
            }
        }
    }

    private static bool Holds(string path, byte[] content) =>
        new FileInfo(path) is { Exists: true } found && found.Length == content.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(content);

    private static void Place(string path, byte[] content)
    {
        var fresh = Path.Combine(Path.GetDirectoryName(path)!, $".{Guid.NewGuid():N}.new");
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }

            using (var stream = new FileStream(fresh, options))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(fresh, path, overwrite: true);
        }
        finally
        {
            File.Delete(fresh);
        }
    }

    [GeneratedRegex("^[0-9A-Z_-]{1,30}$", RegexOptions.CultureInvariant)]
    private static partial Regex ApplicationId();
}
