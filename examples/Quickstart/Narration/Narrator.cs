namespace Quickstart.Narration;

/// <summary>Tells what happens: in colour on a terminal, plainly elsewhere. Thread safe: notes come while a scene runs.</summary>
/// <param name="stop">After it no notes come: what ends because the demo ends is no news.</param>
internal sealed class Narrator(CancellationToken stop)
{
    private const int Width = 100;
    private const int HostWidth = 18;

    private readonly Lock _lock = new();
    private readonly bool _colours = !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    /// <summary>Time to read what stands there.</summary>
    public static Task PauseAsync(CancellationToken stop) => Task.Delay(TimeSpan.FromSeconds(1.4), stop);

    public void Heading(string text) => Write($"\n{In(Colour.Heading, text)}");

    public void Say(string text) => Write("   ", text);

    /// <summary>What was seen at a hop of a call.</summary>
    public void Log(string hop, string text) => Write($"   {hop.PadRight(HostWidth)} ", text, Colour.Host, Colour.Faint);

    /// <summary>Something that happens beside the scene.</summary>
    public void Note(string text)
    {
        if (!stop.IsCancellationRequested)
            Write(" ! ", text, Colour.Note, Colour.Note);
    }

    public void Verdict(Measurement measured) =>
        Write(measured.Held ? "   held: " : "   BROKEN: ", measured.Text, measured.Held ? Colour.Good : Colour.Bad);

    public void Summary(IReadOnlyList<(string Promise, Measurement Measured)> rows)
    {
        var promise = rows.Max(row => row.Promise.Length);
        Write("");
        Write(In(Colour.Heading, $"   Held   {"Promise".PadRight(promise)}   Measured"));
        foreach (var (name, measured) in rows)
        {
            var held = measured.Held ? In(Colour.Good, "yes ") : In(Colour.Bad, "NO  ");
            Write($"   {held}   {name.PadRight(promise)}   {Short(measured.Text, Width - promise - 13)}");
        }
    }

    private static string Short(string text, int length) => text.Length <= length ? text : text[..(length - 3)] + "...";

    private string In(Colour colour, string text) => _colours && colour != Colour.None ? $"\e[{(int)colour}m{text}\e[0m" : text;

    /// <summary>A text after a label; what the width does not hold goes on below the text.</summary>
    private void Write(string label, string text, Colour ofLabel = Colour.None, Colour ofText = Colour.None)
    {
        var lines = new List<string>();
        var indent = new string(' ', label.Length);
        while (text.Length > Width - label.Length)
        {
            var end = text.LastIndexOf(' ', Width - label.Length);
            end = end > 0 ? end : Width - label.Length;
            lines.Add(In(ofText, text[..end]));
            text = text[end..].TrimStart();
        }

        lines.Add(In(ofText, text));
        Write(In(ofLabel, label) + string.Join('\n' + indent, lines));
    }

    private void Write(string line)
    {
        lock (_lock)
            Console.WriteLine(line);
    }

    /// <summary>The codes of ECMA-48.</summary>
    private enum Colour
    {
        None = 0,
        Heading = 1,
        Faint = 2,
        Bad = 31,
        Good = 32,
        Note = 33,
        Host = 36,
    }
}
