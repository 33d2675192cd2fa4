using System.Text.Json;

namespace Interceptors.Discovery;

/// <summary>Metadata as a JSON object of texts, which is how all these formats write it. Read whatever it is.</summary>
internal static class JsonMetadata
{
    /// <summary>Under which key metadata stands that is not an object.</summary>
    public const string WholeKey = "metadata";

    /// <summary>Adds what the member holds: the entries of an object, or a text or list under <see cref="WholeKey"/>.</summary>
    public static void ReadInto(Dictionary<string, string> metadata, JsonElement value, string name)
    {
        if (value.Member(name) is not { } member)
            return;
        if (member.ValueKind != JsonValueKind.Object)
        {
            Add(metadata, WholeKey, member);
            return;
        }

        foreach (var entry in member.EnumerateObject())
            Add(metadata, entry.Name, entry.Value);
    }

    /// <summary>Writes the metadata without some keys; null if nothing is left.</summary>
    public static void Write(
        Utf8JsonWriter writer, string name, IReadOnlyDictionary<string, string> metadata, params ReadOnlySpan<string> except)
    {
        var started = false;
        foreach (var (key, value) in metadata)
        {
            if (except.Contains(key))
                continue;
            if (!started)
                writer.WriteStartObject(name);
            started = true;
            writer.WriteString(key, value);
        }

        if (started)
            writer.WriteEndObject();
        else
            writer.WriteNull(name);
    }

    private static void Add(Dictionary<string, string> metadata, string key, JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Null)
            return;
        metadata[key] = value.ValueKind is JsonValueKind.String ? value.GetString()! : value.GetRawText();
    }
}
