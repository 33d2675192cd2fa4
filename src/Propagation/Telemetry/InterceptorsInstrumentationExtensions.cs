using Interceptors;
using Interceptors.Propagation;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

// The namespace of the builders' own extensions, as all instrumentation does it.
namespace OpenTelemetry;

/// <summary>Adds the telemetry of gRPC calls to OpenTelemetry.</summary>
public static class InterceptorsInstrumentationExtensions
{
    /// <summary>
    /// The spans of gRPC calls: the client's by grpc-dotnet and the server's by ASP.NET Core. This kit makes none of its own; it names and
    /// tags them as OpenTelemetry's RPC conventions 1.45.0 have it. Call it before other instrumentation.
    /// </summary>
    /// <param name="builder">The builder.</param>
    public static TracerProviderBuilder AddInterceptorsInstrumentation(this TracerProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        RpcSpanListener.Listen();
        return builder.AddSource(RpcTelemetry.ClientSpans, RpcTelemetry.ServerSpans);
    }

    /// <summary>
    /// The metrics of this kit: <c>rpc.client.call.duration</c>, <c>rpc.server.call.duration</c>, and those of discovery.
    /// </summary>
    /// <param name="builder">The builder.</param>
    public static MeterProviderBuilder AddInterceptorsInstrumentation(this MeterProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddMeter(RpcTelemetry.ClientMeter, RpcTelemetry.ServerMeter, RpcTelemetry.DiscoveryMeter);
    }

    /// <summary>
    /// gRPC's own metrics of clients, with their names (gRFCs A66, A91, A94, A96), for dashboards that are shared with other languages:
    /// <c>grpc.client.attempt.*</c>, <c>grpc.client.call.retries</c>, <c>.transparent_retries</c> and <c>.retry_delay</c>,
    /// <c>grpc.subchannel.*</c>, <c>grpc.lb.outlier_detection.*</c>. They are measured on channels of discovery, the retries in the
    /// resilience interceptor. They cost each call some time and memory, so ask for them only if you look at them.
    /// </summary>
    /// <param name="builder">The builder.</param>
    public static MeterProviderBuilder AddGrpcMetrics(this MeterProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddMeter(RpcTelemetry.ClientGrpcMeter, RpcTelemetry.DiscoveryGrpcMeter);
    }
}
