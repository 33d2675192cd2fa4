using System.Text.Json;

namespace Interceptors.Discovery;

/// <summary>
/// The names of fields, as protobuf's JSON mapping has them: lowerCamelCase, or the snake_case of the proto file. A field with another name
/// is ignored and warned of (gRFC A21).
/// </summary>
internal static class FieldNames
{
    /// <summary>The fields that are known, in lowerCamelCase.</summary>
    /// <param name="fields">All that there are.</param>
    /// <param name="path">Where they stand.</param>
    /// <param name="known">The names that are known, in lowerCamelCase.</param>
    /// <param name="warnings">Told those that are not; null for nobody.</param>
    public static Dictionary<string, T> Known<T>(
        IEnumerable<KeyValuePair<string, T>> fields, string path, string[] known, ICollection<string>? warnings)
    {
        var found = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var (name, value) in fields)
        {
            var field = Array.Find(known, k => k == name || JsonNamingPolicy.SnakeCaseLower.ConvertName(k) == name);
            if (field is null)
                warnings?.Add($"{path}.{ConfigNode.Shortened(name)} is not known and is ignored. {Advice(name, known)}");
            else if (!found.TryAdd(field, value))
                warnings?.Add($"{path}.{name} is ignored, because {field} stands there too. Leave one.");
        }

        return found;
    }

    private static string Advice(
        string name, string[] known) => NearestName.Of(name.Replace("_", "", StringComparison.Ordinal), known) is { } nearest
        ? $"Did you mean {nearest}?"
        : $"Known are {string.Join(", ", known)}.";
}
