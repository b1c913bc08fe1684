using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Ssp.Http;

namespace Ssp.Hd4dp;

/// <summary>
/// The text of a database that does not know its own encoding (SQL_ASCII): it gives the bytes as some program once put them in. The administrator may say
/// what they are with Client Encoding in the connection string; otherwise they must be UTF-8. Every other database turns its text into UTF-8 by itself.
/// </summary>
/// <param name="encoding">What the bytes are; null: UTF-8.</param>
/// <param name="database">What HD4DP calls it.</param>
/// <param name="setting">The setting that says how to reach it.</param>
public sealed class RawText(Encoding? encoding, string database, string setting)
{
    // Of an array: dimensions, whether there are nulls, type of the elements; then size and lower bound of the one dimension.
    private const int ArrayHeader = 20;

    /// <summary>The .NET encoding for PostgreSQL's name of one; null for UTF-8, and for one that .NET has not.</summary>
    public static Encoding? EncodingOf(string? name)
    {
        var bare = string.Concat((name ?? "").Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
        var common = bare switch
        {
            "UTF8" or "UNICODE" or "SQLASCII" => "",
            "LATIN5" => "ISO-8859-9",
            "LATIN7" => "ISO-8859-13",
            "LATIN9" => "ISO-8859-15",
            "WIN" => "windows-1251",
            _ when bare.StartsWith("LATIN", StringComparison.Ordinal) => $"ISO-8859-{bare[5..]}",
            _ when bare.StartsWith("ISO8859", StringComparison.Ordinal) => $"ISO-8859-{bare[7..]}",
            _ when bare.StartsWith("WIN", StringComparison.Ordinal) => $"windows-{bare[3..]}",
            _ => bare,
        };
        return common.Length == 0 ? null : CodePagesEncodingProvider.Instance.GetEncoding(common) ?? KnownToRuntime(common);
    }

    /// <exception cref="WarehouseException">Nobody said what the bytes are, and they are no UTF-8.</exception>
    public ReadOnlyMemory<byte> ToUtf8(ReadOnlyMemory<byte> text, WarehouseColumn column)
    {
        if (Ascii.IsValid(text.Span))
        {
            return text;
        }

        if (encoding is not null)
        {
            return Encoding.UTF8.GetBytes(encoding.GetString(text.Span));
        }

        return Utf8.IsValid(text.Span)
            ? text
            : throw new WarehouseException(ProblemCodes.WarehouseEncoding, false, null, database, column.Table, column.Actual!, setting);
    }

    /// <summary>The same for a one-dimensional array of texts.</summary>
    public ReadOnlyMemory<byte> ArrayToUtf8(ReadOnlyMemory<byte> array, WarehouseColumn column)
    {
        if (Ascii.IsValid(array.Span) || array.Length < ArrayHeader)
        {
            return array;
        }

        var whole = new MemoryStream(array.Length + 64);
        whole.Write(array.Span[..ArrayHeader]);
        var length = new byte[sizeof(int)];
        var elements = new TextArray(array);
        var reader = elements.Read();
        for (var element = 0; element < elements.Count; element++)
        {
            var text = reader.Next() is { } bytes ? ToUtf8(bytes, column) : (ReadOnlyMemory<byte>?)null;
            BinaryPrimitives.WriteInt32BigEndian(length, text?.Length ?? -1);
            whole.Write(length);
            whole.Write(text.GetValueOrDefault().Span);
        }

        return whole.ToArray();
    }

    /// <summary>A text of ours as the database would have it.</summary>
    public byte[] FromText(string text) => (encoding ?? Encoding.UTF8).GetBytes(text);

    private static Encoding? KnownToRuntime(string name)
    {
        try
        {
            return Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
