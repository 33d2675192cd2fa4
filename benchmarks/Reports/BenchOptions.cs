using System.Globalization;

namespace Interceptors.Benchmarks.Reports;

/// <summary>Options of a run, as pairs of <c>--name value</c>.</summary>
internal sealed class BenchOptions
{
    private readonly Dictionary<string, string> _values = [];

    public BenchOptions(string[] arguments, params string[] known)
    {
        for (var i = 0; i < arguments.Length; i += 2)
        {
            var name = arguments[i].StartsWith("--", StringComparison.Ordinal) ? arguments[i][2..] : "";
            if (!known.Contains(name))
                throw new ArgumentException(
                    $"'{arguments[i]}' is not an option here. Known: {string.Join(", ", known.Select(k => "--" + k))}.");
            if (i + 1 == arguments.Length)
                throw new ArgumentException($"'--{name}' needs a value.");
            _values[name] = arguments[i + 1];
        }
    }

    public int Number(string name, int otherwise)
    {
        if (!_values.TryGetValue(name, out var text))
            return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new ArgumentException($"'--{name} {text}': give a whole number above 0.");
    }

    /// <summary>Whether a part is to run: all do, unless <c>--only</c> names one.</summary>
    public bool Includes(string part, params string[] all)
    {
        if (!_values.TryGetValue("only", out var only))
            return true;
        return all.Contains(only) ? only == part : throw new ArgumentException($"'--only {only}': give one of {string.Join(", ", all)}.");
    }

    /// <summary>Whether <c>--only</c> names a part that takes too long to run unasked.</summary>
    public bool Names(string part) => _values.GetValueOrDefault("only") == part;
}
