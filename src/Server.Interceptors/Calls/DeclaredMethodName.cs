using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Interceptors.Server;

/// <summary>Finds the name under which a service declares the called method.</summary>
/// <remarks>
/// Routing ignores letter case and a trailing slash, and ServerCallContext.Method repeats the path as the caller wrote it. By that name a
/// caller could reach one method under thousands of names, each with its own limit and its own series in a metric.
/// </remarks>
internal static class DeclaredMethodName
{
    /// <summary>The full name with its leading slash, as the service declares it.</summary>
    public static string NameOf(ServerCallContext context) =>
        // A context that gRPC's server did not make has no endpoint.
        (context is IServerCallContextFeature ? NameOf(context.GetHttpContext()) : null) ?? context.Method;

    /// <summary>The same for a request; null if it has reached no method.</summary>
    public static string? NameOf(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.FullName;
}
