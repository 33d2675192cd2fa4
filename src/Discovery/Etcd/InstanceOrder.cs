using System.Buffers;
using System.Text.Json;
using Google.Protobuf;

namespace Interceptors.Discovery;

/// <summary>
/// What an operator wants of one instance, as it stands in etcd for the process that registers it:
/// <c>{"paused":true,"weight":7,"zone":"a","tags":["canary"]}</c>, each member optional.
/// </summary>
/// <param name="IsPaused">Whether it shall be out of the list.</param>
/// <param name="Update">What shall be different from what its process says.</param>
internal sealed record InstanceOrder(bool IsPaused, InstanceUpdate Update)
{
    private const int MaxSize = 4096;

    public static InstanceOrder None { get; } = new(false, new InstanceUpdate());

    public bool IsEmpty => !IsPaused && Update is { Weight: null, Zone: null, Tags: null };

    /// <summary>Under the control prefix, where no client and no other framework looks for instances.</summary>
    public static string KeyOf(string controlPrefix, string instanceKey) => controlPrefix + instanceKey.TrimStart('/');

    /// <summary>Null if it can't be read.</summary>
    public static InstanceOrder? TryRead(ByteString value)
    {
        if (value.Length > MaxSize)
            return null;
        try
        {
            using var document = JsonDocument.Parse(value.Memory);
            var order = document.RootElement;
            return order.ValueKind != JsonValueKind.Object ? null : new InstanceOrder(
                order.Member("paused") is { ValueKind: JsonValueKind.True },
                new InstanceUpdate
                {
                    Weight = order.WholeNumber("weight"),
                    Zone = order.Member("zone")?.GetString(),
                    Tags = order.Member("tags") is null ? null : [.. order.Items("tags").Select(tag => tag.GetString()!)],
                });
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    public ByteString Write()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, JsonEndpointFormat.Writing))
        {
            writer.WriteStartObject();
            if (IsPaused)
                writer.WriteBoolean("paused", true);
            if (Update.Weight is { } weight)
                writer.WriteNumber("weight", weight);
            if (Update.Zone is { } zone)
                writer.WriteString("zone", zone);
            if (Update.Tags is { } tags)
            {
                writer.WriteStartArray("tags");
                foreach (var tag in tags)
                    writer.WriteStringValue(tag);
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        return ByteString.CopyFrom(buffer.WrittenSpan);
    }
}
