namespace Interceptors.Integration.Tests.Interop;

/// <summary>How the client comes by its channel and its interceptors.</summary>
public enum InteropSetUp
{
    /// <summary>gRPC's own channel to an address, interceptors without DI.</summary>
    Address,

    /// <summary>gRPC's own channel to an address, interceptors from DI.</summary>
    Container,

    /// <summary>A channel that discovers the server, interceptors without DI.</summary>
    Discovery,

    /// <summary>The same over TLS.</summary>
    DiscoveryOverTls,
}
