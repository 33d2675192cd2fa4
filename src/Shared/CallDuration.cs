using System.Diagnostics;
using System.Diagnostics.Metrics;
using Grpc.Core;

namespace Interceptors;

/// <summary>The histogram of call durations, the same on both sides but for its name.</summary>
internal static class CallDuration
{
    public static Histogram<double> Create(string meterName, string name, string description, IMeterFactory? factory)
    {
        return ProcessMeters.Get(meterName, factory).CreateHistogram(
            name, RpcTelemetry.DurationUnit, description,
            tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = RpcTelemetry.DurationBuckets });
    }

    public static void Record(
        Histogram<double> duration, string fullMethod, StatusCode status, TimeSpan elapsed, bool isError, ServerAddress? server = null)
    {
        if (!duration.Enabled)
            return;
        var statusName = RpcTelemetry.NameOf(status);
        var tags = new TagList
        {
            { RpcTelemetry.System, RpcTelemetry.SystemGrpc },
            { RpcTelemetry.Method, RpcTelemetry.NameOf(fullMethod) },
            { RpcTelemetry.StatusCode, statusName },
        };
        if (RpcTelemetry.WritesEarlierNames)
            tags.Add(RpcTelemetry.EarlierStatusCode, statusName);
        if (isError)
            tags.Add(RpcTelemetry.ErrorType, statusName);
        server?.AddTo(ref tags);
        duration.Record(elapsed.TotalSeconds, tags);
    }
}
