namespace Interceptors.Discovery;

/// <summary>How far connecting to an endpoint has come.</summary>
internal enum ConnectStep
{
    /// <summary>The network's connection is being made.</summary>
    Network,

    /// <summary>TLS's handshake is under way.</summary>
    Tls,

    /// <summary>HTTP/2's settings are being exchanged.</summary>
    Http2,
}
