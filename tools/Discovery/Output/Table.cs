using System.Text;

namespace Interceptors.Discovery.Tool.Output;

/// <summary>Rows in columns that are as wide as what stands in them.</summary>
internal sealed class Table(params string[] headings)
{
    private const int MaxCell = 400;

    private readonly List<string[]> _rows = [headings];

    public void Add(params string[] cells) => _rows.Add([.. cells.Select(Clean)]);

    public override string ToString()
    {
        var widths = Enumerable.Range(0, headings.Length).Select(column => _rows.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in _rows)
            text.AppendLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        return text.ToString();
    }

    public static string TextOf(IReadOnlyDictionary<string, string> metadata) =>
        Clean(string.Join(' ', metadata.Select(m => $"{m.Key}={m.Value}")));

    /// <summary>Whoever can write into etcd must not be able to send commands to the terminal.</summary>
    public static string Clean(string text) => SafeText.Of(text, MaxCell);
}
