using System.Globalization;

namespace Interceptors.Discovery;

/// <summary>
/// Reads one object of a load balancing configuration. What is not of the right kind is an error that names its path; what is not known is
/// ignored.
/// </summary>
/// <param name="path">Where it stands.</param>
/// <param name="all">Its fields.</param>
/// <param name="warnings">Told which are not known; null for nobody.</param>
/// <param name="known">The names of those that are, in lowerCamelCase.</param>
internal sealed class ConfigurationSection(
    string path, IEnumerable<KeyValuePair<string, object>> all, ICollection<string>? warnings, params string[] known)
{
    private readonly Dictionary<string, object> _values = FieldNames.Known(all, path, known, warnings);

    public bool HasAny(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (_values.ContainsKey(name))
                return true;
        }

        return false;
    }

    /// <summary>An object in it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="known">The names of its own fields.</param>
    public ConfigurationSection? Section(string name, params string[] known) =>
        Find(name) switch
        {
            null => null,
            IDictionary<string, object> section => new ConfigurationSection($"{path}.{name}", section, warnings, known),
            var other => throw Wrong(name, other, "an object"),
        };

    public string? Text(string name) =>
        Find(name) switch
        {
            null => null,
            string text => text,
            var other => throw Wrong(name, other, "a text"),
        };

    public bool? Flag(string name) =>
        Find(name) switch
        {
            null => null,
            bool flag => flag,
            var other => throw Wrong(name, other, "true or false"),
        };

    public double? Number(string name) =>
        Find(name) switch
        {
            null => null,
            int or long or float or double or decimal => Convert.ToDouble(_values[name], CultureInfo.InvariantCulture),
            string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
            var other => throw Wrong(name, other, "a number"),
        };

    public int? Integer(string name) =>
        Number(name) switch
        {
            null => null,
            { } number when number % 1 == 0 && number is >= int.MinValue and <= int.MaxValue => (int)number,
            _ => throw Wrong(name, _values[name], "a whole number"),
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

    private object? Find(string name) => _values.TryGetValue(name, out var value) ? value : null;

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
