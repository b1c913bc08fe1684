using System.Security.Cryptography;
using System.Text;
using Ssp.Text;

namespace Ssp.Certificates.P12;

/// <summary>
/// One way in which a password becomes bytes. PKCS#12's own schemes take UTF-16 with two zero bytes at its end, those of PKCS#5 UTF-8; programs differ
/// about the empty password, about accents, and old ones about everything outside ASCII. So a password that was typed is tried in each way.
/// </summary>
/// <param name="Bmp">For PKCS#12's own schemes.</param>
/// <param name="Bytes">For those of PKCS#5.</param>
/// <param name="IsOfOldNss">A way in which parts were encrypted, but never a MAC made.</param>
/// <param name="IsAsTyped">Whether it is what the standards make of the password as it was typed; for none they differ.</param>
internal sealed record P12Password(byte[] Bmp, byte[] Bytes, bool IsOfOldNss = false, bool IsAsTyped = false)
{
    // Nobody types more; each further way costs as much again.
    private const int MaxTyped = 1_024;

    // openssl.exe takes the bytes that Windows hands it: of a window for commands (850, in Western Europe) or of another program (1252). ISO 8859-1 is
    // what old Unix terminals had.
    private static readonly Encoding[] Pages =
        [.. new[] { 28591, 1252, 850 }.Select(page => PageOf(page))];

    public static IReadOnlyList<P12Password> Forms(string typed)
    {
        var forms = new List<P12Password> { Of(typed) with { IsAsTyped = true } };
        if (typed.Length == 0)
        {
            // No bytes at all, instead of the two zero bytes that end every password.
            forms.Add(new([], [], IsAsTyped: true));
        }

        if (typed.Length > MaxTyped)
        {
            return forms;
        }

        if (!Ascii.IsValid(typed) && WellFormed.Is(typed))
        {
            foreach (var form in (NormalizationForm[])[NormalizationForm.FormC, NormalizationForm.FormD])
            {
                if (!typed.IsNormalized(form))
                {
                    forms.Add(Of(typed.Normalize(form)));
                }
            }

            // OpenSSL before 1.1 took each byte of the UTF-8 for a character of PKCS#12's own schemes; later ones do so with bytes that are no UTF-8.
            var composed = typed.Normalize(NormalizationForm.FormC);
            forms.Add(OfBytes(Encoding.UTF8.GetBytes(composed)));
            forms.AddRange(Pages.Select(page => BytesIn(page, composed)).OfType<byte[]>().Select(OfBytes));
        }

        // NSS up to 3.21 gave PBES2 the bytes of PKCS#12's own schemes.
        var bmp = BmpOf(typed);
        forms.Add(new(bmp, bmp, IsOfOldNss: true));
        return forms;
    }

    public void Forget()
    {
        CryptographicOperations.ZeroMemory(Bytes);
        CryptographicOperations.ZeroMemory(Bmp);
    }

    private static P12Password Of(string text) => new(BmpOf(text), Encoding.UTF8.GetBytes(text));

    private static P12Password OfBytes(byte[] bytes) => new(BmpOf(Encoding.Latin1.GetString(bytes)), bytes);

    // RFC 7292, appendix B.1. By hand, because half a character is written too, as it stands.
    private static byte[] BmpOf(string text)
    {
        var bytes = new byte[2 * (text.Length + 1)];
        for (var place = 0; place < text.Length; place++)
        {
            bytes[2 * place] = (byte)(text[place] >> 8);
            bytes[(2 * place) + 1] = (byte)text[place];
        }

        return bytes;
    }

    private static Encoding PageOf(int page) =>
        CodePagesEncodingProvider.Instance.GetEncoding(page, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
        ?? Encoding.GetEncoding(page, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);

    private static byte[]? BytesIn(Encoding page, string text)
    {
        try
        {
            return page.GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            // Nobody could have typed it there.
            return null;
        }
    }
}
