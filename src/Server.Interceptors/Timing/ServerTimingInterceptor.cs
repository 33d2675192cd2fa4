using System.Diagnostics;
using System.Diagnostics.Metrics;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Interceptors.Server;

/// <summary>
/// One log line and one measurement of <c>rpc.server.call.duration</c> (seconds) for each call, when it has ended. Nothing is built while
/// neither a logger nor a meter nor an Activity listens. Levels: Information for OK and what the caller caused, Warning for
/// DeadlineExceeded, PermissionDenied, ResourceExhausted, FailedPrecondition, Aborted, OutOfRange and Unavailable, Error for Unknown,
/// Unimplemented, Internal and DataLoss; <see cref="ServerTimingOptions"/> can change them. The server span that the call belongs to gets
/// the call's name, method and status.
/// </summary>
public sealed partial class ServerTimingInterceptor : ServerInterceptor
{
    /// <summary>The name of the meter that measures calls.</summary>
    public const string MeterName = RpcTelemetry.ServerMeter;

    private readonly ILogger _logger;
    private readonly Histogram<double> _duration;
    private readonly TimingLevels _levels;
    private readonly Action<ServerCall, Status> _report;
    private readonly bool _logStart;
    private readonly bool _logPrincipal;

    /// <summary>Creates the interceptor.</summary>
    /// <param name="logger">Gets the line; may be null.</param>
    /// <param name="options">What is logged; the defaults if null.</param>
    /// <param name="meterFactory">Makes the meter; null uses one of the process.</param>
    /// <exception cref="ArgumentException">An option is wrong; the message names it and the fix.</exception>
    public ServerTimingInterceptor(
        ILogger<ServerTimingInterceptor>? logger = null, IOptions<ServerTimingOptions>? options = null, IMeterFactory? meterFactory = null)
    {
        var timing = new ServerTimingOptionsValidator().Checked(options);
        _logger = logger ?? NullLogger<ServerTimingInterceptor>.Instance;
        _levels = new TimingLevels(timing.MethodLevels, timing.SlowCallThreshold, LevelOf);
        _logStart = timing.LogStart;
        _logPrincipal = timing.LogPrincipal;
        _duration = CallDuration.Create(MeterName, RpcTelemetry.ServerDuration, "Duration of incoming gRPC calls.", meterFactory);
        _report = Report;
    }

    /// <inheritdoc/>
    protected internal override ValueTask OnStartAsync(ServerCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (call.Kind != MethodType.Unary && _logger.IsEnabled(_levels.Highest))
            call.TrackMessages();
        if (_logStart && _logger.IsEnabled(LogLevel.Debug))
            LogStarted(_logger, call);
        return default;
    }

    /// <inheritdoc/>
    protected internal override Exception? OnEnd(ServerCall call, Exception? error)
    {
        ArgumentNullException.ThrowIfNull(call);
        var status = call.StatusOf(error);
        var isSilent = !_duration.Enabled && !_logger.IsEnabled(_levels.HighestOf(status.StatusCode)) && ServerSpan is null;
        if (!DeferredCallReport.Keeps(call, status, _report, isSilent) && !isSilent)
            Report(call, status);
        return error;
    }

    private void Report(ServerCall call, Status status)
    {
        var span = ServerSpan;
        var method = call.Method;
        // To read the clock costs as much as all the rest of a call that nobody measures or logs.
        var elapsed = _duration.Enabled || _levels.HasThreshold ? call.Elapsed : TimeSpan.Zero;
        CallDuration.Record(_duration, method, status.StatusCode, elapsed, IsServerError(status.StatusCode));
        if (span is not null)
        {
            RpcSpan.Describe(span, method);
            RpcSpan.End(span, status, IsServerError(status.StatusCode));
        }

        var level = _levels.Of(method, status.StatusCode, elapsed);
        if (level != LogLevel.None && _logger.IsEnabled(level))
            LogEnded(level, call, status, elapsed == TimeSpan.Zero ? call.Elapsed : elapsed);
    }

    /// <summary>The span of the request. What runs inside of it may have made others, which are about something else.</summary>
    private static Activity? ServerSpan
    {
        get
        {
            var activity = Activity.Current;
            while (activity is not null && activity.Kind != ActivityKind.Server)
                activity = activity.Parent;
            return activity is { IsAllDataRequested: true } ? activity : null;
        }
    }

    /// <summary>Which statuses are the server's own failure, by OpenTelemetry's conventions for gRPC.</summary>
    internal static bool IsServerError(StatusCode code) => code
        is StatusCode.Unknown or StatusCode.DeadlineExceeded or StatusCode.Unimplemented
        or StatusCode.Internal or StatusCode.Unavailable or StatusCode.DataLoss;

    internal static LogLevel LevelOf(StatusCode code) => code switch
    {
        StatusCode.Unknown or StatusCode.Unimplemented or StatusCode.Internal or StatusCode.DataLoss => LogLevel.Error,
        StatusCode.DeadlineExceeded or StatusCode.PermissionDenied or StatusCode.ResourceExhausted or StatusCode.FailedPrecondition
            or StatusCode.Aborted or StatusCode.OutOfRange or StatusCode.Unavailable => LogLevel.Warning,
        _ => LogLevel.Information,
    };
}
