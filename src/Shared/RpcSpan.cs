using System.Diagnostics;
using Grpc.Core;

namespace Interceptors;

/// <summary>Writes a gRPC call on the span of somebody else, as OpenTelemetry's RPC conventions have it.</summary>
internal static class RpcSpan
{
    /// <param name="span">The span.</param>
    /// <param name="fullMethod">The method, with or without its leading slash.</param>
    public static void Describe(Activity span, string fullMethod)
    {
        var method = RpcTelemetry.NameOf(fullMethod);
        span.DisplayName = method;
        span.SetTag(RpcTelemetry.System, RpcTelemetry.SystemGrpc);
        span.SetTag(RpcTelemetry.Method, method);
    }

    /// <param name="span">The span.</param>
    /// <param name="status">How the call ended.</param>
    /// <param name="isError">Whether that is a failure of the side whose span it is.</param>
    public static void End(Activity span, Status status, bool isError)
    {
        var name = RpcTelemetry.NameOf(status.StatusCode);
        span.SetTag(RpcTelemetry.StatusCode, name);
        if (RpcTelemetry.WritesEarlierNames)
            span.SetTag(RpcTelemetry.EarlierStatusCode, name);
        if (!isError)
            return;
        span.SetTag(RpcTelemetry.ErrorType, name);
        span.SetStatus(ActivityStatusCode.Error, string.IsNullOrEmpty(status.Detail) ? null : status.Detail);
    }
}
