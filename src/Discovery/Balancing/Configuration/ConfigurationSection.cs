using System.Globalization;

namespace Interceptors.Discovery;

/// <summary>
/// Reads one object of a load balancing configuration, strictly: what is not known or not of the right kind is an error that
/// names its path.
/// </summary>
internal sealed class ConfigurationSection(string path, IDictionary<string, object> values)
{
    /// <exception cref="FormatException">There is a field with another name; the message names those known.</exception>
    public void ExpectOnly(params ReadOnlySpan<string> known)
    {
        foreach (var name in values.Keys)
        {
            if (!known.Contains(name))
                throw new FormatException($"{path}.{ConfigNode.Shortened(name)} is not known. {ConfigNode.KnownText(known)}");
        }
    }

    public ConfigurationSection? Section(string name) =>
        Find(name) switch
        {
            null => null,
            IDictionary<string, object> section => new ConfigurationSection($"{path}.{name}", section),
            var other => throw Wrong(name, other, "an object"),
        };

    public string? Text(string name) =>
        Find(name) switch
        {
            null => null,
            string text => text,
            var other => throw Wrong(name, other, "a text"),
        };

    public double? Number(string name) =>
        Find(name) switch
        {
            null => null,
            int or long or float or double or decimal => Convert.ToDouble(values[name], CultureInfo.InvariantCulture),
            string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
            var other => throw Wrong(name, other, "a number"),
        };

    public int? Integer(string name) =>
        Number(name) switch
        {
            null => null,
            { } number when number % 1 == 0 && number is >= int.MinValue and <= int.MaxValue => (int)number,
            _ => throw Wrong(name, values[name], "a whole number"),
        };

    /// <summary>A duration as Protobuf writes it in JSON, for example <c>1.5s</c>, or a TimeSpan.</summary>
    public TimeSpan? Duration(string name) =>
        Find(name) switch
        {
            null => null,
            TimeSpan time => time,
            string text when text.EndsWith('s') && decimal.TryParse(
                text.AsSpan(0, text.Length - 1), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture, out var seconds) && Math.Abs(seconds) < 1_000_000_000 =>
                new TimeSpan((long)(seconds * TimeSpan.TicksPerSecond)),
            var other => throw Wrong(name, other, "a duration in seconds, such as \"1.5s\""),
        };

    /// <summary>The options, if there is nothing wrong with them.</summary>
    public T Checked<T>(T options)
        where T : BalancingSection
    {
        foreach (var problem in options.Problems())
            throw new FormatException($"{path}.{char.ToLowerInvariant(problem[0])}{problem[1..]}");
        return options;
    }

    private object? Find(string name) => values.TryGetValue(name, out var value) ? value : null;

    private FormatException Wrong(string name, object value, string expected) =>
        new($"{path}.{name} is {Shown(value)}. Give {expected}.");

    private static string Shown(object value) => value switch
    {
        string text => $"\"{ConfigNode.Shortened(text)}\"",
        IDictionary<string, object> => "an object",
        System.Collections.IList => "a list",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
