using Microsoft.AspNetCore.Http;

namespace Interceptors.Server;

/// <summary>Recognises the requests of gRPC clients.</summary>
internal static class GrpcRequest
{
    public static bool Is(HttpRequest request) =>
        request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) ?? false;
}
