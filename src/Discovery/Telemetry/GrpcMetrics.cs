using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Grpc.Core;

namespace Interceptors.Discovery;

/// <summary>
/// gRPC's own metrics of a client, with their names: attempts (gRFC A66), transparent retries (A96), connections (A94) and ejections (A91).
/// They have a meter of their own, and cost nothing while nobody listens to it.
/// </summary>
internal sealed class GrpcMetrics
{
    private const string Method = "grpc.method";
    private const string Target = "grpc.target";
    private const string Status = "grpc.status";
    private const string DetectionMethod = "grpc.lb.outlier_detection.detection_method";
    private const string UnenforcedReason = "grpc.lb.outlier_detection.unenforced_reason";
    private const string OtherMethod = "other";

    // A gateway forwards names that others choose.
    private const int MostMethods = 1000;

    // Those of gRFC A66.
    private static readonly double[] Durations =
    [
        0, 0.00001, 0.00005, 0.0001, 0.0003, 0.0006, 0.0008, 0.001, 0.002, 0.003, 0.004, 0.005, 0.006, 0.008, 0.01, 0.013, 0.016, 0.02,
        0.025, 0.03, 0.04, 0.05, 0.065, 0.08, 0.1, 0.13, 0.16, 0.2, 0.25, 0.3, 0.4, 0.5, 0.65, 0.8, 1, 2, 5, 10, 20, 50, 100,
    ];

    private static readonly long[] Sizes =
    [
        0, 1L << 10, 1L << 11, 1L << 12, 1L << 14, 1L << 16, 1L << 18, 1L << 20, 1L << 22, 1L << 24, 1L << 26, 1L << 28, 1L << 30, 1L << 32,
    ];

    private readonly ConcurrentDictionary<string, string> _methods = new();
    private readonly Counter<long> _started;
    private readonly Histogram<double> _durations;
    private readonly Histogram<long> _sent;
    private readonly Histogram<long> _received;
    private readonly Histogram<long> _transparentRetries;
    private readonly Counter<long> _connected;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _disconnected;
    private readonly UpDownCounter<long> _open;
    private readonly Counter<long> _ejected;
    private readonly Counter<long> _unejected;

    /// <param name="factory">Makes the meter; null for the meter of the process.</param>
    public GrpcMetrics(IMeterFactory? factory)
    {
        var meter = ProcessMeters.Get(RpcTelemetry.DiscoveryGrpcMeter, factory);
        _started = meter.CreateCounter<long>(
            "grpc.client.attempt.started", "{attempt}", "Attempts of calls that were started, those that go on included.");
        _durations = meter.CreateHistogram(
            "grpc.client.attempt.duration", "s", "Time of an attempt, that of finding an endpoint included.", tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = Durations });
        _sent = SizesOf("grpc.client.attempt.sent_total_compressed_message_size", "Bytes of all request messages of an attempt.");
        _received = SizesOf("grpc.client.attempt.rcvd_total_compressed_message_size", "Bytes of all response messages of an attempt.");
        _transparentRetries = meter.CreateHistogram<long>(
            "grpc.client.call.transparent_retries", "{retry}", "Transparent retries of a call that had some.");
        _connected = meter.CreateCounter<long>(
            "grpc.subchannel.connection_attempts_succeeded", "{attempt}", "Attempts to connect that succeeded.");
        _failed = meter.CreateCounter<long>("grpc.subchannel.connection_attempts_failed", "{attempt}", "Attempts to connect that failed.");
        _disconnected = meter.CreateCounter<long>("grpc.subchannel.disconnections", "{disconnection}", "Connections that ended.");
        _open = meter.CreateUpDownCounter<long>("grpc.subchannel.open_connections", "{connection}", "Connections that are open.");
        _ejected = meter.CreateCounter<long>(
            "grpc.lb.outlier_detection.ejections_enforced", "{ejection}", "Ejections of endpoints.");
        _unejected = meter.CreateCounter<long>(
            "grpc.lb.outlier_detection.ejections_unenforced", "{ejection}", "Endpoints that were not ejected although their calls failed.");

        Histogram<long> SizesOf(string name, string description) => meter.CreateHistogram(
            name, "By", description, tags: null, new InstrumentAdvice<long> { HistogramBucketBoundaries = Sizes });
    }

    /// <summary>Whether somebody listens to what is measured of attempts.</summary>
    public bool AreAttemptsMeasured => _started.Enabled || _durations.Enabled || _sent.Enabled || _received.Enabled;

    /// <summary>The name of a request's method; one name for all beyond a bound.</summary>
    public string MethodOf(HttpRequestMessage request)
    {
        var path = request.RequestUri!.AbsolutePath;
        if (_methods.TryGetValue(path, out var method))
            return method;
        return _methods.Count < MostMethods ? _methods.GetOrAdd(path, static path => path.TrimStart('/')) : OtherMethod;
    }

    public void Started(string method, string target) => _started.Add(1, new(Method, method), new(Target, target));

    public void Ended(string method, string target, StatusCode status, TimeSpan duration, long sent, long received)
    {
        var tags = new TagList { { Method, method }, { Target, target }, { Status, RpcTelemetry.NameOf(status) } };
        _durations.Record(duration.TotalSeconds, tags);
        _sent.Record(sent, tags);
        _received.Record(received, tags);
    }

    /// <summary>A call was sent again, because no server had processed it; told once, at its last attempt.</summary>
    public void Moved(HttpRequestMessage request, string target, int moves)
    {
        if (_transparentRetries.Enabled)
            _transparentRetries.Record(moves, new(Method, MethodOf(request)), new(Target, target));
    }

    public void Connected(string target)
    {
        _connected.Add(1, new KeyValuePair<string, object?>(Target, target));
        _open.Add(1, new KeyValuePair<string, object?>(Target, target));
    }

    public void NotConnected(string target) => _failed.Add(1, new KeyValuePair<string, object?>(Target, target));

    public void Disconnected(string target)
    {
        _disconnected.Add(1, new KeyValuePair<string, object?>(Target, target));
        _open.Add(-1, new KeyValuePair<string, object?>(Target, target));
    }

    public void Ejected(string target, OutlierRule rule) => _ejected.Add(1, new(Target, target), new(DetectionMethod, NameOf(rule)));

    public void NotEjected(string target, OutlierRule rule, string reason)
    {
        // Errors in a row are found again at each further call.
        if (rule != OutlierRule.ConsecutiveErrors)
            _unejected.Add(1, new(Target, target), new(DetectionMethod, NameOf(rule)), new(UnenforcedReason, reason));
    }

    // The last has no name in gRPC, which has no such rule.
    private static string NameOf(OutlierRule rule) => rule switch
    {
        OutlierRule.SuccessRate => "success_rate",
        OutlierRule.FailurePercentage => "failure_percentage",
        _ => "consecutive_errors",
    };
}
