using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Interceptors;

/// <summary>
/// The keys that a class of options takes from configuration: its public properties, and those of the classes nested in it. The
/// framework's binder ignores a key that it does not know.
/// </summary>
internal sealed class OptionKeys
{
    private readonly Dictionary<string, OptionValue> _values;

    private OptionKeys(Type type, Dictionary<string, OptionValue> values)
    {
        Type = type;
        _values = values;
    }

    public Type Type { get; }

    /// <summary>The keys of a class.</summary>
    /// <param name="nested">
    /// The keys of the classes of its properties, also of those in lists and dictionaries. Each is named here because a trimmed program
    /// keeps the properties of the classes that are named, and of no others.
    /// </param>
    /// <typeparam name="TOptions">The class.</typeparam>
    public static OptionKeys Of<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TOptions>(
        params OptionKeys[] nested)
    {
        var values = new Dictionary<string, OptionValue>(StringComparer.OrdinalIgnoreCase);
        foreach (var property in typeof(TOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            // What no text can stand for, such as a delegate, is no key.
            if (OptionValue.Of(property.PropertyType, nested) is { } value)
                values.Add(property.Name, value);
        }

        return new OptionKeys(typeof(TOptions), values);
    }

    /// <summary>The names of sections that are bound elsewhere, each to options of its own.</summary>
    /// <typeparam name="TOptions">Stands for all of them in error messages.</typeparam>
    public static OptionKeys OfSections<TOptions>(params string[] names) =>
        new(typeof(TOptions), names.ToDictionary(name => name, _ => OptionValue.Any, StringComparer.OrdinalIgnoreCase));

    /// <summary>What is wrong with a section; names keys, never values, which may be secrets.</summary>
    public IEnumerable<string> Problems(IConfiguration section)
    {
        foreach (var child in section.GetChildren())
        {
            var problems = _values.TryGetValue(child.Key, out var value) ? value.Problems(child) : [Unknown(child)];
            foreach (var problem in problems)
                yield return problem;
        }
    }

    private string Unknown(IConfigurationSection section)
    {
        var advice = NearestName.Of(section.Key, _values.Keys) is { } nearest
            ? $"Did you mean '{nearest}'?"
            : $"Give one of {string.Join(", ", _values.Keys.Order(StringComparer.Ordinal))}.";
        return $"The configuration key '{section.Path}' is not known to {Type.Name}. {advice}";
    }
}
