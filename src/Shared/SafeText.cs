using System.Globalization;
using System.Text;

namespace Interceptors;

/// <summary>
/// Makes text of unknown origin fit for a response or a log line: bounded, and without the characters by which it could forge a line or
/// control a terminal (CWE-117). Those are C0 and C1 controls, U+2028, U+2029, and invisible format characters such as the bidirectional
/// marks; joiners inside words and emoji stay.
/// </summary>
internal static class SafeText
{
    /// <summary>The longest text in a log line, in UTF-16 code units.</summary>
    public const int LogLength = 1000;

    private const string Cut = "...";

    /// <summary>The text with a space in place of line ends and tabs, and <c>?</c> in place of other unsafe characters.</summary>
    /// <param name="text">The text; null gives an empty one.</param>
    /// <param name="maxLength">The most UTF-16 code units; a longer text ends in three dots.</param>
    /// <param name="keepsLines">
    /// Whether line ends and tabs stay: gRPC carries them in a status (its interop case special_status_message), no log line does.
    /// </param>
    public static string Of(string? text, int maxLength = LogLength, bool keepsLines = false)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        if (text.Length <= maxLength && !text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return text;
        var result = new StringBuilder(Math.Min(text.Length, maxLength));
        foreach (var rune in text.EnumerateRunes())
        {
            var safe = keepsLines && rune.Value is ('\r' or '\n' or '\t') ? rune : Replaced(rune);
            if (result.Length + safe.Utf16SequenceLength > maxLength)
            {
                var end = Math.Max(0, maxLength - Cut.Length);
                result.Length = end > 0 && char.IsHighSurrogate(result[end - 1]) ? end - 1 : end;
                return result.Append(Cut).ToString();
            }
            Append(result, safe);
        }
        return result.ToString();
    }

    private static Rune Replaced(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control when rune.Value is '\r' or '\n' or '\t' => new Rune(' '),
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => new Rune('?'),
        UnicodeCategory.Format when rune.Value is not (0x200c or 0x200d) => new Rune('?'),
        _ => rune,
    };

    private static void Append(StringBuilder result, Rune rune)
    {
        Span<char> characters = stackalloc char[2];
        result.Append(characters[..rune.EncodeToUtf16(characters)]);
    }
}
