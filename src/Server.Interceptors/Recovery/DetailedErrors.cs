using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Interceptors.Server;

/// <summary>gRPC's own option for development: <see cref="GrpcServiceOptions.EnableDetailedErrors"/> of all services.</summary>
internal static class DetailedErrors
{
    public static bool AreOn(ServerCall call) =>
        call.Http?.RequestServices.GetService<IOptions<GrpcServiceOptions>>()?.Value.EnableDetailedErrors == true;

    /// <summary>Adds the type and the message of the exception, and of the exceptions in it.</summary>
    public static Status Add(Status status, Exception cause)
    {
        var text = status.Detail;
        for (var exception = cause; exception is not null; exception = exception.InnerException)
            text += $" {exception.GetType().Name}: {exception.Message}";
        return new Status(status.StatusCode, text);
    }
}
