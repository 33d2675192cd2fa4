using System.Globalization;
using System.Text.Json;

namespace Interceptors.Discovery;

/// <summary>Reads members of JSON objects as Go programs and people write them: any case of the name, numbers as texts.</summary>
internal static class JsonMembers
{
    /// <summary>The member of just this name, else of this name in another case, as Go's decoder does it.</summary>
    public static JsonElement? Member(this JsonElement value, string name)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return null;
        if (value.TryGetProperty(name, out var exact))
            return exact;
        foreach (var member in value.EnumerateObject())
        {
            if (member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return member.Value;
        }

        return null;
    }

    /// <summary>Null if it is missing, blank, or neither a text nor a number.</summary>
    public static string? Text(this JsonElement value, string name)
    {
        var text = value.Member(name) switch
        {
            { ValueKind: JsonValueKind.String } member => member.GetString(),
            { ValueKind: JsonValueKind.Number } member => member.GetRawText(),
            _ => null,
        };
        return string.IsNullOrWhiteSpace(text) ? null : text.Trim();
    }

    public static int? WholeNumber(this JsonElement value, string name) =>
        decimal.TryParse(value.Text(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number is >= int.MinValue and <= int.MaxValue && decimal.IsInteger(number)
            ? (int)number
            : null;

    public static bool IsFalse(this JsonElement value, string name) => value.Member(name) switch
    {
        { ValueKind: JsonValueKind.False } => true,
        { ValueKind: JsonValueKind.String } member => member.ValueEquals("false"),
        _ => false,
    };

    public static IEnumerable<JsonElement> Items(this JsonElement value, string name) =>
        value.Member(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];
}
