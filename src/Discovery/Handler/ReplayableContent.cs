namespace Interceptors.Discovery;

/// <summary>Says which content can be sent a second time, by the same request.</summary>
internal static class ReplayableContent
{
    /// <summary>
    /// Nothing, what is held in memory, and the one message of a unary or server-streaming call of gRPC for .NET, which is serialized anew
    /// each time. What is written while the call runs can't be once it was begun, and there is no way to ask whether it was.
    /// </summary>
    public static bool Is(HttpContent? content) =>
        content is null or ByteArrayContent or ReadOnlyMemoryContent
        || (content.GetType(
            ) is { Namespace: "Grpc.Net.Client.Internal" } type && type.Name.StartsWith("PushUnaryContent", StringComparison.Ordinal));
}
