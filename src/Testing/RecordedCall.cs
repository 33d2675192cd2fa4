using Grpc.Core;

namespace Interceptors.Testing;

/// <summary>What crossed the wire for one call, as the server saw it.</summary>
/// <param name="Method">The full name of the method, such as <c>/pkg.Service/Method</c>.</param>
/// <param name="RequestHeaders">What the client sent, gRPC's own headers such as <c>grpc-timeout</c> included; keys in lower case.</param>
/// <param name="ResponseHeaders">What the server sent before the first message.</param>
/// <param name="ResponseTrailers">What the server sent last, <c>grpc-status</c> included.</param>
public sealed record RecordedCall(string Method, Metadata RequestHeaders, Metadata ResponseHeaders, Metadata ResponseTrailers);
