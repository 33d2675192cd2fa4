using System.Globalization;
using Google.Protobuf;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Interceptors.Server;

/// <summary>Finds the gRPC status of a finished request as its caller sees it.</summary>
internal static class ResponseStatus
{
    public static Status Of(HttpContext context, Exception? error, TimeSpan elapsed)
    {
        var call = context.Features.Get<IServerCallContextFeature>()?.ServerCallContext;
        // What was sent counts, not the call's own status: reading on after the deadline has answered the call fails, and overwrites that.
        var sent = OfResponse(context.Response);
        if (context.RequestAborted.IsCancellationRequested && sent != StatusCode.DeadlineExceeded)
            return AbortedCallStatus.Of(context, call?.Deadline ?? DateTime.MaxValue, elapsed);
        if (error is not null)
            return new Status(OfHttp((error as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status500InternalServerError), "");
        if (sent is null && !GrpcRequest.Is(context.Request) && DeclaredMethodName.NameOf(context) is not null)
            return call is { Status.StatusCode: not StatusCode.OK }
                ? call.Status
                : new Status(OfTranscoded(context.Response.StatusCode), "");
        var status = sent ?? OfHttp(context.Response.StatusCode);
        return call?.Status.StatusCode == status ? call.Status : new Status(status, "");
    }

    /// <summary>
    /// Whether gRPC's server could not read the request, and the caller may be the reason. A message that can't be decoded is none.
    /// </summary>
    public static bool MayBeBroken(HttpContext context) =>
        context.Features.Get<IServerCallContextFeature>()?.ServerCallContext.Status.DebugException
            is ConnectionAbortedException or (IOException and not (InvalidProtocolBufferException or BadHttpRequestException));

    /// <summary>In the trailers, or in the headers of a response that has nothing else.</summary>
    private static StatusCode? OfResponse(HttpResponse response)
    {
        var field = response.Headers.GrpcStatus;
        if (field.Count == 0 && response.HttpContext.Features.Get<IHttpResponseTrailersFeature>() is { Trailers: { } trailers })
            field = trailers.GrpcStatus;
        return int.TryParse(field.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? (StatusCode)code : null;
    }

    /// <summary>The status that JSON transcoding has written as HTTP (google/rpc/code.proto).</summary>
    private static StatusCode OfTranscoded(int status) => status switch
    {
        < StatusCodes.Status400BadRequest => StatusCode.OK,
        StatusCodes.Status401Unauthorized => StatusCode.Unauthenticated,
        StatusCodes.Status403Forbidden => StatusCode.PermissionDenied,
        StatusCodes.Status404NotFound => StatusCode.NotFound,
        StatusCodes.Status409Conflict => StatusCode.Aborted,
        StatusCodes.Status429TooManyRequests => StatusCode.ResourceExhausted,
        StatusCodes.Status499ClientClosedRequest => StatusCode.Cancelled,
        StatusCodes.Status501NotImplemented => StatusCode.Unimplemented,
        StatusCodes.Status503ServiceUnavailable => StatusCode.Unavailable,
        StatusCodes.Status504GatewayTimeout => StatusCode.DeadlineExceeded,
        < StatusCodes.Status500InternalServerError => StatusCode.InvalidArgument,
        _ => StatusCode.Internal,
    };

    /// <summary>What a client makes of a response that is none of gRPC's (gRPC's http-grpc-status-mapping.md).</summary>
    private static StatusCode OfHttp(int status) => status switch
    {
        StatusCodes.Status400BadRequest => StatusCode.Internal,
        StatusCodes.Status401Unauthorized => StatusCode.Unauthenticated,
        StatusCodes.Status403Forbidden => StatusCode.PermissionDenied,
        StatusCodes.Status404NotFound => StatusCode.Unimplemented,
        StatusCodes.Status429TooManyRequests or StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable
            or StatusCodes.Status504GatewayTimeout => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };
}
