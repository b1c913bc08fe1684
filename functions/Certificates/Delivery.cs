using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Ssp.Certificates.P12;
using Ssp.Clock;
using Ssp.Http;
using Ssp.Storage;

namespace Ssp.Certificates;

/// <summary>
/// Gives HD4DP the active certificate: a file in a folder of HD4DP's, readable for its owner only, named as eHealth's own tool names it, so that the newest
/// date is the active one. Whole files appear under their name and whole files replace them; the earlier version goes when the new one is there.
/// </summary>
public sealed partial class Delivery(
    CertificateStore certificates, CertificateFiles files, CertificateTrace trace, CertificateSettings settings, TimeProvider clock, ILogger<Delivery> log)
{
    private const string PasswordEnding = ".password";
    private const string FreshBeginning = ".ssp-new-";
    private const int MaxTries = 5;
    private static readonly TimeSpan HalfWritten = TimeSpan.FromMinutes(10);
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Does nothing when HD4DP has the active certificate already, when none is active, or when no folder is set.</summary>
    public async Task DeliverAsync(OrganizationId organizationId, CancellationToken cancel)
    {
        // Another portal, or a newer certificate, may come in between: then look again. After some rounds it is left to WatchCertificates.
        for (var attempt = 0; settings.DeliveryFolder is { } folder && attempt < MaxTries; attempt++)
        {
            var pointer = await certificates.ReadActiveAsync(organizationId, cancel);
            if (await certificates.FindActiveAsync(pointer, cancel) is not { Facts: not null } certificate
                || certificate.HasRunOut(clock.GetUtcNow())
                || await TryAsync(folder, certificate, cancel))
            {
                return;
            }
        }
    }

    /// <summary>
    /// Whether HD4DP is still to get this certificate, and the last try met no trouble. After trouble it is left to
    /// <see cref="WatchCertificates"/>, which tries again every few minutes.
    /// </summary>
    public async Task<bool> IsOwedAsync(Certificate certificate, CancellationToken cancel) =>
        settings.DeliveryFolder is not null && !certificate.HasRunOut(clock.GetUtcNow()) && certificate.Facts is not null
        && (await certificates.ReadActiveAsync(certificate.OrganizationId, cancel)).CertificateId == certificate.Id
        && !((await certificates.FindDeliveryAsync(certificate.OrganizationId, cancel)) is { } state
            && (state.Trouble is null ? state.Intended is null && state.FileOf == VersionOf(certificate) : state.CertificateId == certificate.Id));

    /// <summary>Removes what a portal that was killed left half-written in the folder.</summary>
    public void RemoveHalfWritten()
    {
        if (settings.DeliveryFolder is not { } folder || !Directory.Exists(folder))
        {
            return;
        }

        foreach (var path in Directory.EnumerateFiles(folder, $"{FreshBeginning}*"))
        {
            if (clock.GetUtcNow() - File.GetLastWriteTimeUtc(path) > HalfWritten)
            {
                File.Delete(path);
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

    /// <returns>Whether HD4DP has it, or the trouble is known; false when somebody else wrote meanwhile.</returns>
    private async Task<bool> TryAsync(string folder, Certificate certificate, CancellationToken cancel)
    {
        var before = await certificates.FindDeliveryAsync(certificate.OrganizationId, cancel)
            ?? new DeliveryState(certificate.OrganizationId, "", "", "", null, clock.GetUtcNow(), null, null);
        Sentence trouble;
        try
        {
            using var file = await files.OpenAsync(certificate, cancel);
            if (file is not null)
            {
                return await PlaceAsync(folder, certificate, file, before, cancel);
            }

            trouble = Sentences.Certificate.FileGone;
        }
        catch (SealException fault)
        {
            trouble = fault.Fault == SealFault.KeyMissing ? Sentences.Certificate.KeyMissing : Sentences.Certificate.Altered;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            log.LogError(
                "The certificate of organisation {Organization} could not be written to the folder of HD4DP: {Reason}",
                certificate.OrganizationId,
                error.Message);
            trouble = Sentences.Certificate.DeliveryFailed(folder);
            before = await certificates.FindDeliveryAsync(certificate.OrganizationId, cancel) ?? before;
        }

        return (before.CertificateId == certificate.Id && before.Trouble?.Key == trouble.Key)
            || await NoteAsync(
                certificate,
                before with { CertificateId = certificate.Id, At = clock.GetUtcNow(), Trouble = trouble },
                trouble,
                Severity.Warn,
                cancel);
    }

    // The row names a file before the folder holds it, and until it is gone: so no private key is left that nobody knows of.
    private async Task<bool> PlaceAsync(string folder, Certificate certificate, SealedFile file, DeliveryState before, CancellationToken cancel)
    {
        var version = VersionOf(certificate);
        var isSame = before.FileOf == version;
        var password = settings.DeliversPassword ? Encoding.UTF8.GetBytes(file.Password) : null;
        if (isSame && before is { Trouble: null, Intended: null } && Has(folder, before.FileName, file.P12, password))
        {
            return true;
        }

        var name = isSame ? before.FileName : FreeName(folder, certificate, file, before);
        var isOwn = isSame || before.Intended == name;
        if ((before.Intended == name ? before : await certificates.SaveDeliveryAsync(before with { Intended = name }, cancel)) is not { } intent)
        {
            return false;
        }

        if (!Place(Path.Combine(folder, name), file.P12, password, isOwn))
        {
            // Another organisation was quicker with this name.
            await certificates.SaveDeliveryAsync(intent with { Intended = before.Intended }, cancel);
            return false;
        }

        foreach (var former in new[] { before.FileName, before.Intended }.OfType<string>().Where(former => former.Length > 0 && former != name))
        {
            Remove(folder, former);
        }

        var done = intent with { CertificateId = certificate.Id, FileName = name, FileOf = version, Intended = null, At = clock.GetUtcNow(), Trouble = null };
        var sentence = isSame && before.Trouble is null ? Sentences.Certificate.DeliveredAgain(name) : Sentences.Certificate.Delivered(name);
        if (await NoteAsync(certificate, done, sentence, null, cancel))
        {
            await trace.NoteDeliveryAsync(certificate, name);
            return true;
        }

        // Another certificate became active meanwhile, and whoever delivers that one may have looked before this one was placed.
        if (await certificates.FindDeliveryAsync(certificate.OrganizationId, cancel) is { } now && now.FileName != name && now.Intended != name)
        {
            Remove(folder, name);
        }

        return false;
    }

    // Made active again it is delivered anew, under a later date than the one it takes the place of.
    private static string VersionOf(Certificate certificate) => $"{certificate.Id} {certificate.ActivatedAt:O}";

    private async Task<bool> NoteAsync(Certificate certificate, DeliveryState state, Sentence sentence, Severity? severity, CancellationToken cancel) =>
        await certificates.ChangeAsync([new(certificate, [new LogLine(default, certificate.Status, sentence, severity)])], null, cancel, state) is not null;

    // Two organisations may be campuses of one hospital, with certificates of one name: the second of them gets the next second.
    private string FreeName(string folder, Certificate certificate, SealedFile file, DeliveryState before)
    {
        var isAcceptance = settings.Rules.IsAcceptance || certificate.FileName.EndsWith(".acc-p12", StringComparison.OrdinalIgnoreCase);
        for (var time = certificate.ActivatedAt ?? certificate.UploadedAt; ; time = time.AddSeconds(1))
        {
            var name = NameOf(certificate.Facts!, time, isAcceptance);
            var path = Path.Combine(folder, name);
            if (!File.Exists(path) || (name == before.Intended && Holds(path, file.P12)))
            {
                return name;
            }
        }
    }

    private static bool Has(string folder, string name, byte[] p12, byte[]? password)
    {
        var path = Path.Combine(folder, name);
        return Holds(path, p12) && (password is null ? !File.Exists(path + PasswordEnding) : Holds(path + PasswordEnding, password));
    }

    private static void Remove(string folder, string name)
    {
        File.Delete(Path.Combine(folder, name));
        File.Delete(Path.Combine(folder, name + PasswordEnding));
    }

    private static bool Holds(string path, byte[] content) =>
        new FileInfo(path) is { Exists: true } found && found.Length == content.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(content)
        && (OperatingSystem.IsWindows() || File.GetUnixFileMode(path) == OwnerOnly);

    /// <returns>False when there is a file of this name that is not the organisation's own.</returns>
    private static bool Place(string path, byte[] p12, byte[]? password, bool isOwn)
    {
        // The password first: who finds the certificate finds the password too.
        if (password is not null && !Place(path + PasswordEnding, password, isOwn))
        {
            return false;
        }

        if (!Place(path, p12, isOwn))
        {
            File.Delete(path + PasswordEnding);
            return false;
        }

        if (password is null)
        {
            File.Delete(path + PasswordEnding);
        }

        return true;
    }

    private static bool Place(string path, byte[] content, bool isOwn)
    {
        var fresh = Path.Combine(Path.GetDirectoryName(path)!, $"{FreshBeginning}{Guid.NewGuid():N}");
        try
        {
            using (var stream = new FileStream(fresh, Options()))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(fresh, path, overwrite: isOwn);
            return true;
        }
        catch (IOException) when (!isOwn && File.Exists(path))
        {
            return false;
        }
        finally
        {
            File.Delete(fresh);
        }
    }

    private static FileStreamOptions Options()
    {
        // A new file, for its owner only from the first byte.
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return options;
    }

    [GeneratedRegex("^[0-9A-Z_-]{1,30}$", RegexOptions.CultureInvariant)]
    private static partial Regex ApplicationId();
}
