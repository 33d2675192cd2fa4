using System.Diagnostics.Metrics;
using System.Globalization;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server;

/// <summary>Reports refused calls: to the caller, to the log and to the metrics.</summary>
internal sealed partial class LimitReporter
{
    private const string PushbackKey = "grpc-retry-pushback-ms";

    private static readonly string[] Details =
    [
        "The server has as many calls as it takes on; try again later.",
        "The method has as many calls as it takes on; try again later.",
        "The caller makes more calls than it may; try again later.",
    ];

    private readonly ILogger _logger;
    private readonly Counter<long> _refusals;
    private readonly LogThrottle _keyFailures;
    private readonly TimeSpan? _pushback;

    public LimitReporter(LimitRegistry limits, TimeSpan? pushback, ILogger logger, IMeterFactory? meterFactory, TimeProvider time)
    {
        _logger = logger;
        _pushback = pushback;
        _keyFailures = new LogThrottle(time);
        var meter = ProcessMeters.Get(RpcTelemetry.ServerMeter, meterFactory);
        _refusals = meter.CreateCounter<long>(RpcTelemetry.Refusals, "{call}", "Incoming gRPC calls that a limit refused.");
        LimitGauges.Of(meter).Add(limits);
    }

    /// <summary>The refusal, as its caller sees it.</summary>
    public RpcException Refused(LimitGate gate, string method)
    {
        if (gate.Refusals.IsLineDue(out var refused))
            LogRefused(_logger, gate.Kind.Name(), method, refused);
        if (_refusals.Enabled)
        {
            _refusals.Add(
                1,
                new(RpcTelemetry.System, RpcTelemetry.SystemGrpc),
                new(RpcTelemetry.Method, RpcTelemetry.NameOf(method)),
                new(RpcTelemetry.Limit, gate.Kind.Name()));
        }
        return new RpcException(new Status(StatusCode.ResourceExhausted, Details[(int)gate.Kind]), Trailers(gate));
    }

    public void CallerKeyFailed(string method, Exception exception)
    {
        if (_keyFailures.IsLineDue(out var failed))
            LogCallerKeyFailed(_logger, method, failed, exception);
    }

    private Metadata Trailers(LimitGate gate)
    {
        var trailers = new Metadata();
        if ((gate.RetryAfter ?? _pushback) is { } pushback)
            trailers.Add(PushbackKey, Math.Ceiling(pushback.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
        return trailers;
    }
}
