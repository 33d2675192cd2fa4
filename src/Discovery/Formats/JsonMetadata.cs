using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Interceptors.Discovery;

/// <summary>Metadata in JSON. It is written as an object of texts, or as one text that holds such an object; either is read.</summary>
internal static class JsonMetadata
{
    /// <summary>Under which key metadata stands that is not an object.</summary>
    public const string WholeKey = "metadata";

    /// <summary>No real instance comes near it.</summary>
    public const int MaxEntries = 128;

    /// <summary>What the member holds: the entries of an object, or anything else under <see cref="WholeKey"/>.</summary>
    /// <exception cref="ValueLimitException">There are too many entries.</exception>
    public static Dictionary<string, string> Read(JsonElement value, string name)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        if (value.Member(name) is not { } member)
            return metadata;
        if (member.ValueKind == JsonValueKind.Object)
            AddEntries(metadata, member);
        else if (member.ValueKind != JsonValueKind.String || !TryReadText(metadata, member.GetString()!))
            Add(metadata, WholeKey, member);
        return metadata;
    }

    /// <summary>In the form that many endpoints can share.</summary>
    public static ImmutableSortedDictionary<string, string> ToShared(this Dictionary<string, string> metadata) =>
        metadata.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>Writes an object without some keys; null if nothing is left.</summary>
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

    /// <summary>Writes the object as one text: <c>"{\"zone\":\"a\"}"</c>; null if there is nothing but the scheme.</summary>
    /// <remarks>
    /// Go compares metadata with == and uses it as a key of maps, which ends the process if it is an object. The scheme alone is not
    /// worth a text: what a Go client can do with it is nothing, and null is what it expects.
    /// </remarks>
    public static void WriteText(Utf8JsonWriter writer, string name, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.Keys.All(key => key == EndpointMetadata.Scheme))
        {
            writer.WriteNull(name);
            return;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var inner = new Utf8JsonWriter(buffer, JsonEndpointFormat.Writing))
        {
            inner.WriteStartObject();
            foreach (var (key, value) in metadata)
                inner.WriteString(key, value);
            inner.WriteEndObject();
        }

        writer.WriteString(name, Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static bool TryReadText(Dictionary<string, string> metadata, string text)
    {
        if (!text.AsSpan().TrimStart().StartsWith("{"))
            return false;
        try
        {
            using var document = JsonDocument.Parse(text);
            AddEntries(metadata, document.RootElement);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void AddEntries(Dictionary<string, string> metadata, JsonElement value)
    {
        foreach (var entry in value.EnumerateObject())
            Add(metadata, entry.Name, entry.Value);
    }

    private static void Add(Dictionary<string, string> metadata, string key, JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Null)
            return;
        if (metadata.Count == MaxEntries && !metadata.ContainsKey(key))
            throw new ValueLimitException($"it has more than {MaxEntries} entries of metadata");
        metadata[key] = value.ValueKind is JsonValueKind.String ? value.GetString()! : value.GetRawText();
    }
}
