using System.Diagnostics.Metrics;
using Grpc.Core;
using Interceptors.Propagation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Interceptors.Server;

/// <summary>
/// One log line and one measurement of <c>rpc.server.call.duration</c> (seconds) for each call, when it has ended. Levels:
/// Information for OK and what the caller caused, Warning for DeadlineExceeded, PermissionDenied, ResourceExhausted,
/// FailedPrecondition, Aborted, OutOfRange and Unavailable, Error for Unknown, Unimplemented, Internal and DataLoss.
/// </summary>
public sealed partial class TimingInterceptor : ServerInterceptor
{
    /// <summary>The name of the meter that measures calls.</summary>
    public const string MeterName = RpcTelemetry.ServerMeter;

    private readonly ILogger _logger;
    private readonly Histogram<double> _duration;

    /// <summary>Creates the interceptor.</summary>
    /// <param name="logger">Gets the line; may be null.</param>
    /// <param name="meterFactory">Makes the meter; null uses one of the process.</param>
    public TimingInterceptor(ILogger<TimingInterceptor>? logger = null, IMeterFactory? meterFactory = null)
    {
        _logger = logger ?? NullLogger<TimingInterceptor>.Instance;
        _duration = CallDuration.Create(MeterName, RpcTelemetry.ServerDuration, "Duration of incoming gRPC calls.", meterFactory);
    }

    /// <inheritdoc/>
    protected internal override Exception? OnEnd(ServerCall call, Exception? error)
    {
        ArgumentNullException.ThrowIfNull(call);
        var status = call.StatusOf(error);
        var code = status.StatusCode;
        CallDuration.Record(_duration, call.Context.Method, code, call.Elapsed, IsServerError(code));

        var level = LevelOf(code);
        if (!_logger.IsEnabled(level))
            return error;
        var elapsed = call.Elapsed;
        var started = DateTime.UtcNow - elapsed;
        LogCall(
            level, call.Context.Method, call.Kind, code, elapsed.TotalMilliseconds, call.Context.Peer, started, call.Deadline, call.TraceId,
            status.Detail);
        return error;
    }

    /// <summary>Which statuses are the server's own failure, by OpenTelemetry's conventions for gRPC.</summary>
    private static bool IsServerError(StatusCode code) => code
        is StatusCode.Unknown or StatusCode.DeadlineExceeded or StatusCode.Unimplemented
        or StatusCode.Internal or StatusCode.Unavailable or StatusCode.DataLoss;

    private static LogLevel LevelOf(StatusCode code) => code switch
    {
        StatusCode.Unknown or StatusCode.Unimplemented or StatusCode.Internal or StatusCode.DataLoss => LogLevel.Error,
        StatusCode.DeadlineExceeded or StatusCode.PermissionDenied or StatusCode.ResourceExhausted or StatusCode.FailedPrecondition
            or StatusCode.Aborted or StatusCode.OutOfRange or StatusCode.Unavailable => LogLevel.Warning,
        _ => LogLevel.Information,
    };
}
