using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Interceptors.Benchmarks.Reports;

/// <summary>The tables of a run: each is shown when it is complete, and all are kept as JSON in <c>artifacts/bench</c>.</summary>
internal sealed class Report(string name, string about)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    private readonly List<Table> _tables = [];

    public void Add(Table table)
    {
        _tables.Add(table);
        Progress.Clear();
        Console.WriteLine(table);
    }

    public void Save()
    {
        var folder = Directory.CreateDirectory(Environment.GetEnvironmentVariable("BENCH_OUTPUT") ?? Path.Combine("artifacts", "bench"));
        var file = Path.Combine(folder.FullName, name + ".json");
        using var stream = File.Create(file);
        JsonSerializer.Serialize(stream, new
        {
            Name = name,
            About = about,
            At = DateTimeOffset.UtcNow,
            Commit = Environment.GetEnvironmentVariable("BENCH_COMMIT"),
            Processors = Environment.ProcessorCount,
            Framework = RuntimeInformation.FrameworkDescription,
            System = RuntimeInformation.OSDescription,
            Tables = _tables.Select(table => new
            {
                table.Title,
                Rows = table.Rows.Select(row => table.Columns.Zip(row).ToDictionary(static cell => cell.First, static cell => cell.Second)),
            }),
        }, Json);
        Console.WriteLine($"Kept in {Path.GetRelativePath(Environment.CurrentDirectory, file)}");
    }
}

/// <summary>Rows of texts and numbers, the first column names the row.</summary>
internal sealed class Table(string title, params string[] columns)
{
    public string Title => title;

    public string[] Columns => columns;

    public List<object[]> Rows { get; } = [];

    public void Add(params object[] cells) => Rows.Add([.. cells.Select(static cell => cell is double number ? Rounded(number) : cell)]);

    /// <summary>As text that is a Markdown table too.</summary>
    public override string ToString()
    {
        var lines = Rows.Select(row => row.Select(Shown).ToArray()).Prepend(columns).ToArray();
        var widths = columns.Select((_, i) => lines.Max(line => line[i].Length)).ToArray();
        var text = lines.Select(line => "| "
            + string.Join(" | ", line.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))) + " |").ToList();
        text.Insert(1, "|" + string.Join('|', widths.Select((width, i) => new string('-', width + 1) + (i == 0 ? "-" : ":"))) + "|");
        return $"{title}\n\n{string.Join('\n', text)}\n";
    }

    // JSON knows no NaN.
    private static object Rounded(double number) =>
        double.IsFinite(number) ? Math.Abs(number) >= 100 ? Math.Round(number) : Math.Round(number, Math.Abs(number) >= 10 ? 1 : 2) : "-";

    private static string Shown(object cell) =>
        cell is double number
            ? number.ToString("#,0.##", CultureInfo.InvariantCulture)
            : Convert.ToString(cell, CultureInfo.InvariantCulture) ?? "";
}
