using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Interceptors.Testing;

/// <summary>
/// A configuration that sets every option of a class, so that a test sees that each is known and bound: what a class gains later is
/// not forgotten.
/// </summary>
public sealed class EveryOption
{
    private readonly Dictionary<string, string?> _values = [];
    private readonly List<(string Key, Func<object, object?> Read, object Expected)> _checks = [];
    private readonly string[] _unbindable;

    /// <param name="type">The class.</param>
    /// <param name="unbindable">The properties that no text can stand for.</param>
    public EveryOption(Type type, params string[] unbindable)
    {
        _unbindable = unbindable;
        Add(type, "", options => options);
    }

    public IConfigurationRoot Configuration(string path = "") =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(_values.ToDictionary(v => path.Length == 0 ? v.Key : $"{path}:{v.Key}", v => v.Value)).Build();

    /// <summary>The keys whose value has not arrived in the options.</summary>
    public IReadOnlyList<string> NotBoundIn(object options) =>
        [.. _checks.Where(check => !check.Expected.Equals(check.Read(options))).Select(check => check.Key)];

    public int Count => _checks.Count;

    private void Add(Type type, string prefix, Func<object, object?> read)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (!_unbindable.Contains(property.Name))
                AddValue(property.PropertyType, prefix + property.Name, options => read(options) is { } o ? property.GetValue(o) : null);
        }
    }

    private void AddValue(Type type, string key, Func<object, object?> read)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (Sample(type) is { } sample)
        {
            _values.Add(key, sample.ToString());
            _checks.Add((key, read, sample));
        }
        else if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IList<>))
            AddValue(type.GenericTypeArguments[0], $"{key}:0", options => Items(read(options)).LastOrDefault());
        else if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IDictionary<,>))
            AddValue(type.GenericTypeArguments[1], $"{key}:pkg.Some/One", options => Items(read(options)).Select(ValueOf).LastOrDefault());
        else
            Add(type, key + ":", read);
    }

    private static object? Sample(Type type)
    {
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(type.GetFields(BindingFlags.Public | BindingFlags.Static).Length - 1);
        if (type == typeof(string))
            return "seven";
        if (type == typeof(bool))
            return true;
        if (type == typeof(int))
            return 7;
        if (type == typeof(double))
            return 0.25;
        if (type == typeof(TimeSpan))
            return TimeSpan.FromSeconds(7);
        if (type == typeof(Version))
            return new Version(7, 7);
        return type == typeof(Uri) ? new Uri("https://seven/") : null;
    }

    private static IEnumerable<object> Items(object? list) => list is System.Collections.IEnumerable items ? items.Cast<object>() : [];

    private static object? ValueOf(object pair) => pair.GetType().GetProperty("Value")!.GetValue(pair);
}
