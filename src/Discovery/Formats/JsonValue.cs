using System.Text.Json;
using Google.Protobuf;

namespace Interceptors.Discovery;

/// <summary>Values that are JSON objects. What is no object is read as plain text, whoever wrote it.</summary>
internal static class JsonValue
{
    public static EndpointReading Read(string service, ByteString value, Func<string, JsonElement, EndpointReading> readObject)
    {
        var json = value.Memory[StartOf(value.Span)..];
        if (json.IsEmpty || json.Span[0] != '{')
            return PlainEndpointFormat.Read(value);
        try
        {
            using var document = JsonDocument.Parse(json);
            return readObject(service, document.RootElement);
        }
        catch (JsonException e)
        {
            // The exception's own message can repeat what stands there.
            return EndpointReading.Unreadable($"it is not JSON from byte {e.BytePositionInLine} of line {e.LineNumber + 1} on");
        }
        catch (InvalidOperationException)
        {
            // What JsonElement throws for bytes that are not UTF-8 and for halves of surrogate pairs.
            return EndpointReading.Unreadable("a text in it is not Unicode");
        }
    }

    private static int StartOf(ReadOnlySpan<byte> value)
    {
        var start = value.StartsWith("\uFEFF"u8) ? 3 : 0;
        while (start < value.Length && value[start] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            start++;
        return start;
    }
}
