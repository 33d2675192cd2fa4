using System.Text;

namespace Interceptors.Discovery.AspNetCore;

/// <summary>
/// Texts that others wrote, as they are shown: not without end, and nothing that reorders or hides what stands beside it.
/// </summary>
internal static class ShownText
{
    private const int Longest = 300;

    public static string? Of(string? text)
    {
        if (text is null)
            return null;
        var shown = new StringBuilder(Math.Min(text.Length, Longest));
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= Longest)
                return shown.Append('…').ToString();
            shown.Append(IsPlain(rune) ? rune.ToString() : "�");
        }

        return shown.ToString();
    }

    private static bool IsPlain(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format
        or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator);
}
