using System.Buffers;

namespace Interceptors.Discovery;

/// <summary>
/// Finds two kinds of nonsense that are no JSON before it is parsed: what ends too soon and what nests too deeply. The parser would throw,
/// which takes longer than reading a good value, and somebody may write a hundred thousand of them.
/// </summary>
internal static class JsonShape
{
    /// <summary>As deep as <see cref="System.Text.Json.JsonDocument"/> reads by default.</summary>
    private const int MaxDepth = 64;

    private static readonly SearchValues<byte> Marks = SearchValues.Create("{}[]\""u8);

    /// <returns>Where it goes wrong; null if only parsing it can tell.</returns>
    public static int? ErrorIn(ReadOnlySpan<byte> json)
    {
        var depth = 0;
        for (var at = 0; at < json.Length; at++)
        {
            if (json[at..].IndexOfAny(Marks) is >= 0 and var skipped)
                at += skipped;
            else
                break;
            if (json[at] is (byte)'"')
                at = EndOfText(json, at + 1);
            else
                depth += json[at] is (byte)'{' or (byte)'[' ? 1 : -1;
            if (at == json.Length || depth > MaxDepth)
                return at;
        }

        return depth > 0 ? json.Length : null;
    }

    /// <summary>Where the quotation mark stands that ends it; the end of all if there is none.</summary>
    private static int EndOfText(ReadOnlySpan<byte> json, int at)
    {
        while (at < json.Length && json[at..].IndexOfAny((byte)'"', (byte)'\\') is >= 0 and var skipped)
        {
            at += skipped;
            if (json[at] == (byte)'"')
                return at;
            at += 2;
        }

        return json.Length;
    }
}
