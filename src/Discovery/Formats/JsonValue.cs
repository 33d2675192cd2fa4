using System.Text.Json;
using Google.Protobuf;

namespace Interceptors.Discovery;

/// <summary>Values that are JSON objects. A JSON text is read as what it holds, anything else as plain text, whoever wrote it.</summary>
internal static class JsonValue
{
    /// <param name="service">The name of the service.</param>
    /// <param name="value">The value.</param>
    /// <param name="readObject">Reads an object.</param>
    /// <param name="readText">Reads anything else. Default: as <c>host:port</c>.</param>
    public static EndpointReading Read(
        string service, ByteString value, Func<string, JsonElement, EndpointReading> readObject,
        Func<string, EndpointReading>? readText = null)
    {
        readText ??= PlainEndpointFormat.Read;
        var json = value.Memory[StartOf(value.Span)..];
        if (json.IsEmpty || json.Span[0] is not ((byte)'{' or (byte)'"'))
            return readText(value.ToStringUtf8());
        if (JsonShape.ErrorIn(json.Span) is { } at)
        {
            var lineStart = json.Span[..at].LastIndexOf((byte)'\n') + 1;
            return NoJson(json.Span[..at].Count((byte)'\n'), at - lineStart);
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.String
                ? readText(document.RootElement.GetString()!)
                : readObject(service, document.RootElement);
        }
        catch (ValueLimitException exception)
        {
            return EndpointReading.Unreadable(exception.Message);
        }
        catch (JsonException exception)
        {
            // The exception's own message can repeat what stands there.
            return NoJson(exception.LineNumber, exception.BytePositionInLine);
        }
        catch (InvalidOperationException)
        {
            // What JsonElement throws for bytes that are not UTF-8 and for halves of surrogate pairs.
            return EndpointReading.Unreadable("a text in it is not Unicode");
        }
    }

    private static EndpointReading NoJson(long? line, long? byteInLine) =>
        EndpointReading.Unreadable($"it is not JSON from byte {byteInLine} of line {line + 1} on");

    private static int StartOf(ReadOnlySpan<byte> value)
    {
        var start = value.StartsWith("\uFEFF"u8) ? 3 : 0;
        while (start < value.Length && value[start] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            start++;
        return start;
    }
}
