using System.Text;
using Google.Protobuf;
using Interceptors.Benchmarks.Protocol;

namespace Interceptors.Benchmarks.Load;

/// <summary>What one call does.</summary>
internal sealed class Workload(string name, int bytes, int messages, params int[] callers)
{
    public string Name => name;

    public string Title => IsStream ? "server streaming, 20 messages of 100 B" : $"unary, {name} each way";

    public int[] Callers => callers;

    public bool IsStream => messages > 0;

    public Payload Payload { get; } = new() { Data = TextOf(bytes) };

    public DownloadRequest Download { get; } = new() { Messages = messages, Data = TextOf(bytes) };

    /// <summary>Text that compresses about as well as such records do.</summary>
    private static ByteString TextOf(int bytes)
    {
        var random = new Random(1);
        var text = new StringBuilder();
        while (text.Length < bytes)
            text.Append(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{{\"id\":{random.Next()},\"name\":\"user-{random.Next(10_000)}\",\"on\":true}},");
        return ByteString.CopyFromUtf8(text.ToString(0, bytes));
    }
}
