using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Ssp.Certificates.P12;
using Ssp.Http;

namespace Ssp.Certificates;

/// <summary>
/// The form of an upload, read as it comes in: what is too large is refused before it is taken in. Name and declared type of the file are only labels;
/// what it is, its content decides.
/// </summary>
/// <param name="FileName">Made fit to show; see <see cref="LabelOf"/>.</param>
public sealed record UploadForm(string FileName, SealedFile File)
{
    private const int MaxName = 120;
    private const int MaxPassword = 1024;

    // UTF-8 takes at most three bytes for a UTF-16 unit.
    private const int MaxPasswordBytes = 3 * MaxPassword;
    private const int MaxBoundary = 100;

    // The file, the password, and the headers of both.
    private const int MaxBytes = P12Limits.MaxBytes + (32 * 1024);

    /// <exception cref="Problem">415 when it is no form with files, 413 when the file is too large, 400 naming each field that is not right.</exception>
    public static async Task<UploadForm> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).ToString() is not { Length: > 0 and <= MaxBoundary } boundary)
        {
            throw new Problem(StatusCodes.Status415UnsupportedMediaType, ProblemCodes.MultipartExpected);
        }

        (string Name, byte[] Content)? file = null;
        string? password = null;
        var faults = new Dictionary<string, Sentence[]>();
        await using var body = new LimitedBody(request, MaxBytes, TooLarge());
        try
        {
            var reader = new MultipartReader(boundary, body) { HeadersCountLimit = 8, HeadersLengthLimit = 4 * 1024, BodyLengthLimit = null };
            while (await reader.ReadNextSectionAsync(cancel) is { } section)
            {
                var field = ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
                    ? HeaderUtilities.RemoveQuotes(disposition.Name).ToString()
                    : "";
                if (field == "file" && file is null)
                {
                    var name = disposition!.FileNameStar.HasValue
                        ? disposition.FileNameStar.ToString()
                        : HeaderUtilities.RemoveQuotes(disposition.FileName).ToString();
                    var content = await ReadAsync(section.Body, P12Limits.MaxBytes, cancel) ?? throw TooLarge();
                    file = (name, content);
                }
                else if (field == "password" && password is null)
                {
                    password = await ReadPasswordAsync(section.Body, faults, cancel);
                }
                else
                {
                    faults[field.Length == 0 ? "form" : field] = [Sentences.Field.Unknown];
                }
            }
        }
        catch (Exception error) when (error is InvalidDataException || error.GetType() == typeof(IOException))
        {
            // What the reader of forms throws itself; what the connection says is of its own kinds. A form that is also too large is told that.
            await body.CopyToAsync(Stream.Null, cancel);
            throw new Problem(StatusCodes.Status400BadRequest, ProblemCodes.FormBroken);
        }

        if (file is null || (file.Value.Name.Length == 0 && file.Value.Content.Length == 0))
        {
            faults["file"] = [Sentences.Field.FileMissing];
        }
        else if (file.Value.Content.Length == 0)
        {
            faults["file"] = [Sentences.Field.FileEmpty];
        }

        if (password is null && !faults.ContainsKey("password"))
        {
            faults["password"] = [Sentences.Field.P12PasswordMissing];
        }

        if (faults.Count > 0)
        {
            CryptographicOperations.ZeroMemory(file?.Content);
            throw Problem.Invalid(faults);
        }

        return new UploadForm(LabelOf(file!.Value.Name), new SealedFile(file.Value.Content, password!));
    }

    /// <summary>A file's name as a label: the last part of a path, NFC, without signs that do not show, at most 120 characters of it with its ending.</summary>
    public static string LabelOf(string name)
    {
        var last = name.Split('/', '\\')[^1];
        var shown = new StringBuilder();
        foreach (var rune in last.EnumerateRunes())
        {
            shown.Append(
                Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Control
                    or System.Globalization.UnicodeCategory.Format
                    or System.Globalization.UnicodeCategory.LineSeparator
                    or System.Globalization.UnicodeCategory.ParagraphSeparator
                    or System.Globalization.UnicodeCategory.OtherNotAssigned
                    or System.Globalization.UnicodeCategory.PrivateUse
                        ? ""
                        : rune.ToString());
        }

        var label = shown.ToString().Normalize(NormalizationForm.FormC).Trim();
        if (label.Length > MaxName)
        {
            var ending = Path.GetExtension(label) is { Length: <= 10 } extension ? extension : "";
            var cut = MaxName - ending.Length - 1;
            label = label[..(char.IsHighSurrogate(label[cut - 1]) ? cut - 1 : cut)] + "…" + ending;
        }

        return label.Length == 0 ? "certificate.p12" : label;
    }

    private static Problem TooLarge() => new(StatusCodes.Status413PayloadTooLarge, ProblemCodes.FileTooLarge, P12Limits.MaxBytes / 1024);

    private static async Task<string?> ReadPasswordAsync(Stream body, Dictionary<string, Sentence[]> faults, CancellationToken cancel)
    {
        if (await ReadAsync(body, MaxPasswordBytes, cancel) is not { } bytes)
        {
            faults["password"] = [Sentences.Field.TooLong(MaxPassword)];
            return null;
        }

        try
        {
            var password = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
            if (password.Length <= MaxPassword)
            {
                return password;
            }

            faults["password"] = [Sentences.Field.TooLong(MaxPassword)];
            return null;
        }
        catch (DecoderFallbackException)
        {
            faults["password"] = [Sentences.Password.NotText];
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <returns>Null when there is more than <paramref name="max"/>.</returns>
    private static async Task<byte[]?> ReadAsync(Stream body, int max, CancellationToken cancel)
    {
        var buffer = new byte[max + 1];
        try
        {
            var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
            return length <= max ? buffer[..length] : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }
}
