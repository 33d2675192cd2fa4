namespace Interceptors.Server.Tests;

/// <summary>The ways in which callers reach gRPC's handlers.</summary>
public enum Protocol
{
    Http2,
    UnixSocket,
    TestHost,
    GrpcWeb,
    JsonTranscoding,
    CodeFirst,
}
