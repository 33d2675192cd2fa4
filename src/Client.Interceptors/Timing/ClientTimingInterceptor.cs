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
/// built while neither a logger nor a meter nor an Activity listens. Levels: Debug for OK and what the caller caused, Information for
/// Unknown, DeadlineExceeded, PermissionDenied and Unauthenticated, Warning for Unimplemented, Internal, Unavailable and DataLoss;
/// <see cref="ClientTimingOptions"/> can change them. A call that fails or is slow is explained: see <see cref="CallExplanation"/>. A
/// client span that is current when the call starts is tagged with the call's
/// method and status; spans of other kinds are about something else and stay as they are.
/// </summary>
public sealed partial class ClientTimingInterceptor : ClientInterceptor
{
    /// <summary>The name of the meter that measures calls.</summary>
    public const string MeterName = RpcTelemetry.ClientMeter;

    private readonly ILogger _logger;
    private readonly Histogram<double> _duration;
    private readonly TimingLevels _levels;
    private readonly string _traceKey;
    private readonly bool _logStart;
    private readonly ServerAddress? _server;

    /// <summary>Creates the interceptor.</summary>
    /// <param name="logger">Gets the line; may be null.</param>
    /// <param name="options">What is logged; the defaults if null.</param>
    /// <param name="traceOptions">Says which metadata key holds the trace id; the default key if null.</param>
    /// <param name="meterFactory">Makes the meter; null uses one of the process.</param>
    /// <param name="channel">What the calls go to, which the measurements then name as <c>server.address</c>; null if not known.</param>
    /// <exception cref="ArgumentException">An option is wrong; the message names it and the fix.</exception>
    public ClientTimingInterceptor(
        ILogger<ClientTimingInterceptor>? logger = null,
        IOptions<ClientTimingOptions>? options = null,
        IOptions<TraceMetadataOptions>? traceOptions = null,
        IMeterFactory? meterFactory = null,
        ChannelDescription? channel = null)
    {
        _server = channel is null or { Target: "" } ? null : new ServerAddress(channel.Target);
        var timing = new ClientTimingOptionsValidator().Checked(options);
        _logger = logger ?? NullLogger<ClientTimingInterceptor>.Instance;
        _levels = new TimingLevels(timing.MethodLevels, timing.SlowCallThreshold, LevelOf);
        _logStart = timing.LogStart;
        _traceKey = new TraceMetadataOptionsValidator().Checked(traceOptions).Key.ToLowerInvariant();
        _duration = CallDuration.Create(MeterName, RpcTelemetry.ClientDuration, "Duration of outgoing gRPC calls.", meterFactory);
    }

    internal override ClientInterceptorSteps Steps =>
        ClientInterceptorSteps.Observe | ClientInterceptorSteps.Explain | (_logStart ? ClientInterceptorSteps.Start : 0);

    internal override IReadOnlyList<KeyValuePair<string, object?>>? ServerTags => _server?.Tags;

    /// <inheritdoc/>
    protected internal override bool Observes(scoped in OutgoingCall call) =>
        _duration.Enabled || _logger.IsEnabled(_levels.Highest) || ClientSpan is not null || CallNotes.ReachSpans
        || AskedExplanations.Current is not null;

    /// <inheritdoc/>
    protected internal override void OnStart(ClientCall call)
    {
        if (_logStart && _logger.IsEnabled(LogLevel.Debug))
            LogStarted(_logger, call.Method.FullName, call.Method.Type, call.Deadline, call.Headers?.GetValue(_traceKey));
    }

    /// <inheritdoc/>
    protected internal override void OnEnd(ClientCall call)
    {
        var status = call.Status;
        var method = call.Method.FullName;
        CallDuration.Record(_duration, method, status.StatusCode, call.Elapsed, isError: status.StatusCode != StatusCode.OK, _server);
        if (ClientSpan is { } span)
        {
            RpcSpan.Tag(span, method, status.StatusCode, isError: status.StatusCode != StatusCode.OK);
            _server?.AddTo(span);
        }

        var explanation = Explain(call);
        var level = _levels.Of(method, status.StatusCode, call.Elapsed);
        // None means no line. Some loggers take one at that level.
        if (level == LogLevel.None || !_logger.IsEnabled(level))
            return;
        var elapsed = call.Elapsed.TotalMilliseconds;
        var started = TimeProvider.System.GetUtcNow().UtcDateTime - TimeProvider.System.GetElapsedTime(call.StartTimestamp);
        var traceId = call.Headers?.GetValue(_traceKey);
        // A server's text must forge no line.
        var detail = SafeText.Of(status.Detail);
        var why = explanation?.ToString();
        LogCall(
            _logger, level, method, call.Method.Type, status.StatusCode, elapsed, call.MessagesSent, call.MessagesReceived,
            started, call.Deadline, traceId, detail, why);
    }

    private CallExplanation? Explain(ClientCall call)
    {
        var asked = AskedExplanations.Current;
        if (call.Notes is not { } notes
            || (asked is null && call.Status.StatusCode == StatusCode.OK && !_levels.IsSlow(call.Elapsed)))
            return null;
        var explanation = notes.Explain(call.Method.FullName, call.Status, call.StartTimestamp);
        call.ExplainBy(explanation);
        asked?.Add(explanation);
        if (ClientSpan is { } span)
            explanation.AddTo(span);
        return explanation;
    }

    // Asked at the start and at the end of a call: both run in the caller's context.
    private static Activity? ClientSpan =>
        Activity.Current is { Kind: ActivityKind.Client, IsAllDataRequested: true } activity ? activity : null;

    private static LogLevel LevelOf(StatusCode status) => status switch
    {
        StatusCode.Unimplemented or StatusCode.Internal or StatusCode.Unavailable or StatusCode.DataLoss => LogLevel.Warning,
        StatusCode.Unknown or StatusCode.DeadlineExceeded or StatusCode.PermissionDenied or StatusCode.Unauthenticated =>
            LogLevel.Information,
        _ => LogLevel.Debug,
    };
}
