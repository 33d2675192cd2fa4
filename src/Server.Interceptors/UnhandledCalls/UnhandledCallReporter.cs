using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server;

/// <summary>
/// Logs and measures each call that gRPC's server answered without running a handler: unknown methods, unreadable requests, and
/// callers that cancelled or timed out before they had sent their request.
/// </summary>
internal sealed partial class UnhandledCallReporter
{
    private const int LongestName = 200;

    private readonly ILogger _logger;
    private readonly Histogram<double> _duration;

    public UnhandledCallReporter(ILogger<ServerTimingInterceptor> logger, IMeterFactory meterFactory)
    {
        _logger = logger;
        _duration = CallDuration.Create(
            ServerTimingInterceptor.MeterName, RpcTelemetry.ServerDuration, "Duration of incoming gRPC calls.", meterFactory);
    }

    public void Report(HttpContext context, Exception? error, TimeSpan elapsed)
    {
        var method = DeclaredMethodName.NameOf(context);
        if (method is null && !GrpcRequest.Is(context.Request))
            return;
        var ended = ResponseStatus.Of(context, error, elapsed);
        var status = ended.StatusCode;
        // What a caller asks for and nobody has is the caller's to choose: it must not make a new series each time.
        CallDuration.Record(_duration, method ?? RpcTelemetry.OtherMethod, status, elapsed, ServerTimingInterceptor.IsServerError(status));
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } span)
        {
            if (method is null)
                RpcSpan.DescribeUnknown(span, NameOf(context.Request.Path).TrimStart('/'));
            else
                RpcSpan.Describe(span, method);
            RpcSpan.End(span, ended, ServerTimingInterceptor.IsServerError(status));
        }
        // Who sends it need not be authenticated, and must not be able to fill the log with errors. Only what another middleware threw is
        // the server's own.
        var level = error is null or BadHttpRequestException or OperationCanceledException
            ? LogLevel.Information
            : ServerTimingInterceptor.LevelOf(status);
        if (!_logger.IsEnabled(level))
            return;
        method ??= NameOf(context.Request.Path);
        LogEnded(_logger, level, method, status, context.Response.StatusCode, elapsed, PeerOf(context.Connection));
    }

    /// <summary>In the form of ServerCallContext.Peer.</summary>
    private static string? PeerOf(ConnectionInfo connection) => connection.RemoteIpAddress is not { } address
        ? null
        : (address.AddressFamily == AddressFamily.InterNetworkV6 ? "ipv6:" : "ipv4:") + new IPEndPoint(address, connection.RemotePort);

    private static string NameOf(PathString path) =>
        path.Value is { Length: <= LongestName } name && MethodPattern.Problem(name) is null ? name : RpcTelemetry.OtherMethod;
}
