namespace Quickstart.Narration;

/// <summary>Tells what happens: in colour on a terminal, plainly elsewhere. Thread safe: notes come while a scene runs.</summary>
/// <param name="stop">After it no notes come: what ends because the demo ends is no news.</param>
internal sealed class Narrator(CancellationToken stop)
{
    private readonly Lock _lock = new();
    private readonly bool _colours = !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    /// <summary>Time to read what stands there.</summary>
    public static Task PauseAsync(CancellationToken stop) => Task.Delay(TimeSpan.FromSeconds(1.4), stop);

    public void Heading(string text) => Write($"\n{In(Colour.Heading, text)}");

    public void Say(string text) => Write($"   {text}");

    /// <summary>A line that a service has logged.</summary>
    public void Log(string host, string text) => Write($"   {In(Colour.Host, host.PadRight(10))} {In(Colour.Faint, text)}");

    /// <summary>Something that happens beside the scene.</summary>
    public void Note(string text)
    {
        if (!stop.IsCancellationRequested)
            Write($" {In(Colour.Note, "! " + Short(text, 200))}");
    }

    public void Verdict(Measurement measured) =>
        Write($"   {(measured.Held ? In(Colour.Good, "held:") : In(Colour.Bad, "BROKEN:"))} {measured.Text}");

    public void Summary(IReadOnlyList<(string Promise, Measurement Measured)> rows)
    {
        var promise = rows.Max(row => row.Promise.Length);
        var measured = rows.Max(row => Short(row.Measured.Text).Length);
        Write("");
        Write(In(Colour.Heading, $"   {"Promise".PadRight(promise)}   {"Measured".PadRight(measured)}   Held"));
        foreach (var row in rows)
        {
            var held = row.Measured.Held ? In(Colour.Good, "yes") : In(Colour.Bad, "NO");
            Write($"   {row.Promise.PadRight(promise)}   {Short(row.Measured.Text).PadRight(measured)}   {held}");
        }
    }

    private static string Short(string text, int length = 60) => text.Length <= length ? text : text[..(length - 3)] + "...";

    private string In(Colour colour, string text) => _colours ? $"\e[{(int)colour}m{text}\e[0m" : text;

    private void Write(string line)
    {
        lock (_lock)
            Console.WriteLine(line);
    }

    /// <summary>The codes of ECMA-48.</summary>
    private enum Colour
    {
        Heading = 1,
        Faint = 2,
        Bad = 31,
        Good = 32,
        Note = 33,
        Host = 36,
    }
}
