using System.Diagnostics;
using System.Diagnostics.Metrics;
using Grpc.Core;
using Interceptors.Propagation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Interceptors.Client;

/// <summary>
/// One log line and one measurement of <c>rpc.client.call.duration</c> (seconds) for each call, when it has ended. Nothing is
/// built while neither a logger nor a meter listens. Levels: Debug for OK and what the caller caused, Information for
/// Unknown, DeadlineExceeded, PermissionDenied and Unauthenticated, Warning for Unimplemented, Internal, Unavailable and DataLoss.
/// </summary>
public sealed partial class TimingInterceptor : ClientInterceptor
{
    /// <summary>The name of the meter that measures calls.</summary>
    public const string MeterName = "Interceptors.Client";

    private readonly ILogger _logger;
    private readonly Histogram<double> _duration;
    private readonly string _traceKey;

    /// <summary>Creates the interceptor.</summary>
    /// <param name="logger">Gets the line; may be null.</param>
    /// <param name="traceOptions">Says which metadata key holds the trace id; the default key if null.</param>
    /// <param name="meterFactory">Makes the meter; null uses one of the process.</param>
    public TimingInterceptor(
        ILogger<TimingInterceptor>? logger = null, IOptions<TraceMetadataOptions>? traceOptions = null, IMeterFactory? meterFactory = null)
    {
        _logger = logger ?? NullLogger<TimingInterceptor>.Instance;
        _traceKey = TraceMetadataOptionsValidator.Checked(traceOptions).Key.ToLowerInvariant();
        _duration = CallDuration.Create(MeterName, RpcTelemetry.ClientDuration, "Duration of outgoing gRPC calls.", meterFactory);
    }

    /// <inheritdoc/>
    // Warning is the highest level of a line, so a logger that is silent there hears nothing.
    protected internal override bool Observes(scoped in OutgoingCall call) => _duration.Enabled || _logger.IsEnabled(LogLevel.Warning);

    /// <inheritdoc/>
    protected internal override void OnEnd(ClientCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var status = call.Status;
        CallDuration.Record(_duration, call.Method.FullName, status.StatusCode, call.Elapsed, isError: status.StatusCode != StatusCode.OK);

        var level = LevelOf(status.StatusCode);
        if (!_logger.IsEnabled(level))
            return;
        var elapsed = call.Elapsed.TotalMilliseconds;
        var started = DateTime.UtcNow - Stopwatch.GetElapsedTime(call.StartTimestamp);
        var traceId = call.Headers?.GetValue(_traceKey);
        LogCall(
            level, call.Method.FullName, call.Method.Type, status.StatusCode, elapsed, call.MessagesSent, call.MessagesReceived,
            started, call.Deadline, traceId, status.Detail);
    }

    private static LogLevel LevelOf(StatusCode code) => code switch
    {
        StatusCode.Unimplemented or StatusCode.Internal or StatusCode.Unavailable or StatusCode.DataLoss => LogLevel.Warning,
        StatusCode.Unknown or StatusCode.DeadlineExceeded or StatusCode.PermissionDenied or StatusCode.Unauthenticated => LogLevel.Information,
        _ => LogLevel.Debug,
    };
}
