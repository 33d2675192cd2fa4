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
        span.DisplayName = RpcTelemetry.NameOf(fullMethod);
        TagMethod(span, fullMethod);
    }

    /// <summary>Of a method that there is not.</summary>
    /// <param name="span">The span.</param>
    /// <param name="original">The name that was asked for, bounded and safe.</param>
    public static void DescribeUnknown(Activity span, string original)
    {
        span.DisplayName = NameOf(RpcTelemetry.OtherMethod);
        TagMethod(span, RpcTelemetry.OtherMethod);
        span.SetTag(RpcTelemetry.OriginalMethod, original);
    }

    /// <summary>The name of a span, from its tag of the method.</summary>
    public static string NameOf(string method) => method == RpcTelemetry.OtherMethod ? RpcTelemetry.SystemGrpc : method;

    /// <param name="span">The span.</param>
    /// <param name="status">How the call ended.</param>
    /// <param name="isError">Whether that is a failure of the side whose span it is.</param>
    public static void End(Activity span, Status status, bool isError)
    {
        TagStatus(span, status.StatusCode, isError);
        if (isError)
            span.SetStatus(ActivityStatusCode.Error, string.IsNullOrEmpty(status.Detail) ? null : status.Detail);
    }

    /// <summary>Tags a span that is about more than the call, whose name and status are not the call's to set.</summary>
    public static void Tag(Activity span, string fullMethod, StatusCode status, bool isError)
    {
        TagMethod(span, fullMethod);
        TagStatus(span, status, isError);
    }

    private static void TagMethod(Activity span, string fullMethod)
    {
        span.SetTag(RpcTelemetry.System, RpcTelemetry.SystemGrpc);
        span.SetTag(RpcTelemetry.Method, RpcTelemetry.NameOf(fullMethod));
    }

    private static void TagStatus(Activity span, StatusCode status, bool isError)
    {
        var name = RpcTelemetry.NameOf(status);
        span.SetTag(RpcTelemetry.StatusCode, name);
        if (RpcTelemetry.WritesEarlierNames)
            span.SetTag(RpcTelemetry.EarlierStatusCode, name);
        if (isError)
            span.SetTag(RpcTelemetry.ErrorType, name);
    }
}
