using Grpc.Net.Client;

namespace Interceptors.Discovery;

/// <summary>A channel of grpc-dotnet and its connections.</summary>
internal readonly record struct OpenChannel(GrpcChannel Channel, HttpMessageHandler Connections)
{
    /// <summary>Whether calls go over TLS.</summary>
    public bool IsSecure { get; init; }

    /// <summary>
    /// Closes both. The channel first: balancers that still work see a lost connection and connect anew, for a moment that servers notice.
    /// </summary>
    public void Close()
    {
        Channel.Dispose();
        Connections.Dispose();
    }
}
