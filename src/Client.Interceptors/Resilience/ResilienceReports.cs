using System.Diagnostics;
using System.Diagnostics.Metrics;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Interceptors.Client;

/// <summary>Attempts, refusals and changes of circuits, in log and metrics.</summary>
internal sealed partial class ResilienceReports
{
    private readonly ILogger _logger;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _refusals;
    private readonly Histogram<long> _retries;
    private readonly Histogram<double> _retryDelays;
    private readonly string? _target;

    public ResilienceReports(ILogger logger, IMeterFactory? meterFactory, string? target)
    {
        _target = target;
        _logger = logger;
        var meter = ProcessMeters.Get(ClientTimingInterceptor.MeterName, meterFactory);
        _attempts = meter.CreateCounter<long>(ResilienceMetricNames.Attempts, "{attempt}", "Attempts of outgoing gRPC calls.");
        _refusals = meter.CreateCounter<long>(
            ResilienceMetricNames.Refusals, "{call}", "Outgoing gRPC calls that were refused by the client itself.");
        var grpc = ProcessMeters.Get(RpcTelemetry.ClientGrpcMeter, meterFactory);
        _retries = grpc.CreateHistogram<long>(ResilienceMetricNames.GrpcRetries, "{retry}", "Retries of a call that had some.");
        _retryDelays = grpc.CreateHistogram<double>(
            ResilienceMetricNames.GrpcRetryDelay, "s", "Time of a call with retries in which it paused.");
    }

    public void Attempted(string method, int attempt, StatusCode status)
    {
        if (!_attempts.Enabled)
            return;
        var statusName = RpcTelemetry.NameOf(status);
        var tags = new TagList
        {
            { RpcTelemetry.System, RpcTelemetry.SystemGrpc },
            { RpcTelemetry.Method, RpcTelemetry.NameOf(method) },
            { RpcTelemetry.StatusCode, statusName },
            { ResilienceMetricNames.AttemptNumber, attempt },
        };
        if (RpcTelemetry.WritesEarlierNames)
            tags.Add(RpcTelemetry.EarlierStatusCode, statusName);
        if (status != StatusCode.OK)
            tags.Add(RpcTelemetry.ErrorType, statusName);
        _attempts.Add(1, tags);
    }

    public void Retrying(string method, int attempt, StatusCode status, TimeSpan delay)
    {
        LogRetrying(_logger, attempt, method, status, delay.TotalMilliseconds);
        if (Activity.Current is not { IsAllDataRequested: true } activity)
            return;
        activity.AddEvent(new ActivityEvent(ResilienceMetricNames.RetryEvent, tags: new ActivityTagsCollection
        {
            { RpcTelemetry.Method, RpcTelemetry.NameOf(method) },
            { RpcTelemetry.StatusCode, RpcTelemetry.NameOf(status) },
            { ResilienceMetricNames.AttemptNumber, attempt },
            { ResilienceMetricNames.Pause, delay.TotalSeconds },
        }));
    }

    /// <summary>A call that had retries has ended.</summary>
    public void Retried(string method, int retries, TimeSpan paused)
    {
        if (!_retries.Enabled && !_retryDelays.Enabled)
            return;
        var tags = new TagList { { ResilienceMetricNames.GrpcMethod, RpcTelemetry.NameOf(method) } };
        if (_target is not null)
            tags.Add(ResilienceMetricNames.GrpcTarget, _target);
        _retries.Record(retries, tags);
        _retryDelays.Record(paused.TotalSeconds, tags);
    }

    public void GivenUp(string method, int attempt, StatusCode status, string reason) =>
        LogGivenUp(_logger, method, attempt, status, reason);

    public void CircuitOpened(string method, TimeSpan breakDuration) => LogCircuitOpened(_logger, method, breakDuration);

    public void CircuitHalfOpened(string method) => LogCircuitHalfOpened(_logger, method);

    public void CircuitClosed(string method) => LogCircuitClosed(_logger, method);

    /// <summary>The refusal, as its caller sees it.</summary>
    public RpcException Refused(string method, string reason, Status status)
    {
        LogRefused(_logger, method, status.StatusCode, status.Detail);
        if (_refusals.Enabled)
        {
            _refusals.Add(
                1,
                new(RpcTelemetry.System, RpcTelemetry.SystemGrpc),
                new(RpcTelemetry.Method, RpcTelemetry.NameOf(method)),
                new(ResilienceMetricNames.RefusalReason, reason));
        }
        return new RpcException(status);
    }
}
