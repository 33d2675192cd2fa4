using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Interceptors;

/// <summary>What may stand under a key: a text of some type, a section of known keys, or a list or dictionary of either.</summary>
internal abstract class OptionValue
{
    /// <summary>Anything, because it is checked elsewhere.</summary>
    public static OptionValue Any { get; } = new Unchecked();

    /// <summary>What stands for a property of a type; null if no text can.</summary>
    public static OptionValue? Of(Type type, OptionKeys[] nested)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (Array.Find(nested, keys => keys.Type == type) is { } section)
            return new Section(section);
        if (ElementOf(type) is { } element)
            return Of(element, nested) is { } item ? new Items(item) : null;
        return Text.Forms(type) is { } form ? new Text(type, form) : null;
    }

    public abstract IEnumerable<string> Problems(IConfigurationSection section);

    private static Type? ElementOf(Type type)
    {
        if (!type.IsGenericType)
            return null;
        var definition = type.GetGenericTypeDefinition();
        return definition == typeof(IList<>) || definition == typeof(IDictionary<,>) ? type.GenericTypeArguments[^1] : null;
    }

    private sealed class Unchecked : OptionValue
    {
        public override IEnumerable<string> Problems(IConfigurationSection section) => [];
    }

    private sealed class Section(OptionKeys keys) : OptionValue
    {
        public override IEnumerable<string> Problems(IConfigurationSection section) => string.IsNullOrEmpty(section.Value)
            ? keys.Problems(section)
            : [$"The configuration key '{section.Path}' has a value. Give it keys of {keys.Type.Name} instead."];
    }

    private sealed class Items(OptionValue item) : OptionValue
    {
        public override IEnumerable<string> Problems(IConfigurationSection section) => string.IsNullOrEmpty(section.Value)
            ? section.GetChildren().SelectMany(item.Problems)
            : [$"The configuration key '{section.Path}' has one value. Give it several, each under a key of its own."];
    }

    private sealed class Text(Type type, string form) : OptionValue
    {
        public override IEnumerable<string> Problems(IConfigurationSection section)
        {
            if (section.GetChildren().Any())
                yield return $"The configuration key '{section.Path}' has keys below it. Give {form}.";
            else if (!string.IsNullOrEmpty(section.Value) && !IsReadable(section.Value))
                yield return $"The configuration key '{section.Path}' has a value that can't be read. Give {form}.";
        }

        /// <summary>How a text of a type is written; null for a type that no text stands for.</summary>
        public static string? Forms(Type type)
        {
            if (type.IsEnum)
                return $"one of {string.Join(", ", Enum.GetNames(type))}";
            if (type == typeof(string))
                return "a text";
            if (type == typeof(bool))
                return "true or false";
            if (type == typeof(int) || type == typeof(long))
                return "a whole number";
            if (type == typeof(double))
                return "a number such as 0.5";
            if (type == typeof(TimeSpan))
                return "a time such as 00:00:30";
            if (type == typeof(Version))
                return "a version such as 2.0";
            return type == typeof(Uri) ? "an address such as https://host/path" : null;
        }

        private bool IsReadable(string text)
        {
            var culture = CultureInfo.InvariantCulture;
            if (type.IsEnum)
                return Enum.TryParse(type, text, ignoreCase: true, out _);
            if (type == typeof(bool))
                return bool.TryParse(text, out _);
            if (type == typeof(int))
                return int.TryParse(text, NumberStyles.Integer, culture, out _);
            if (type == typeof(long))
                return long.TryParse(text, NumberStyles.Integer, culture, out _);
            if (type == typeof(double))
                return double.TryParse(text, NumberStyles.Float, culture, out _);
            if (type == typeof(TimeSpan))
                return TimeSpan.TryParse(text, culture, out _);
            if (type == typeof(Version))
                return Version.TryParse(text, out _);
            return type != typeof(Uri) || Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out _);
        }
    }
}
