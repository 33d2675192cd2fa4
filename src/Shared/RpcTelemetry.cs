using System.Collections.Concurrent;
using Grpc.Core;

namespace Interceptors;

/// <summary>
/// Every telemetry name in one place: OpenTelemetry's RPC conventions, stable from version 1.45.0 on.
/// https://opentelemetry.io/docs/specs/semconv/rpc/
/// </summary>
internal static class RpcTelemetry
{
    public const string SchemaUrl = "https://opentelemetry.io/schemas/1.45.0";

    public const string ClientMeter = "Interceptors.Client";
    public const string ServerMeter = "Interceptors.Server";
    public const string DiscoveryMeter = "Interceptors.Discovery";

    // gRPC's own metrics, for those who ask for them.
    public const string ClientGrpcMeter = "Interceptors.Client.Grpc";
    public const string DiscoveryGrpcMeter = "Interceptors.Discovery.Grpc";

    /// <summary>grpc-dotnet's ActivitySource.</summary>
    public const string ClientSpans = "Grpc.Net.Client";

    /// <summary>The operation of grpc-dotnet's spans.</summary>
    public const string ClientSpan = "Grpc.Net.Client.GrpcOut";

    /// <summary>ASP.NET Core's ActivitySource.</summary>
    public const string ServerSpans = "Microsoft.AspNetCore";

    public const string ClientDuration = "rpc.client.call.duration";
    public const string ServerDuration = "rpc.server.call.duration";
    public const string DurationUnit = "s";

    public const string System = "rpc.system.name";
    public const string SystemGrpc = "grpc";
    public const string Method = "rpc.method";
    public const string OtherMethod = "_OTHER";
    public const string StatusCode = "rpc.status_code";

    /// <summary>The name of <see cref="StatusCode"/> before version 1.45.0.</summary>
    public const string EarlierStatusCode = "rpc.response.status_code";

    public const string ServerAddress = "server.address";
    public const string ServerPort = "server.port";
    public const string ErrorType = "error.type";
    public const string RequestMetadataPrefix = "rpc.request.metadata.";

    // The limits of a server; there is no convention for them yet.
    public const string Refusals = "interceptors.server.refusals";
    public const string RunningCalls = "interceptors.server.running_calls";
    public const string QueuedCalls = "interceptors.server.queued_calls";
    public const string Limit = "interceptors.limit";

    // Metadata that could not join an outgoing call.
    public const string LeftOutMetadata = "interceptors.client.metadata.left_out";
    public const string LeftOutReason = "interceptors.left_out.reason";

    /// <summary>In seconds, as the conventions advise for rpc.*.call.duration.</summary>
    public static readonly double[] DurationBuckets =
        [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    /// <summary>Whether both names of the status are written, for dashboards that know the earlier one.</summary>
    public static readonly bool WritesEarlierNames = Environment.GetEnvironmentVariable("OTEL_SEMCONV_STABILITY_OPT_IN")
        ?.Split(',', StringSplitOptions.TrimEntries).Contains("rpc/dup") == true;

    private static readonly string[] StatusNames =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
        "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
        "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ];

    // More than any process calls and serves; what names come from elsewhere must not add up.
    private const int MostMethodNames = 1000;
    private static readonly ConcurrentDictionary<string, string> MethodNames = new(ReferenceEqualityComparer.Instance);
    private static int _methodNames;

    /// <summary>The name of a status code in the form of the conventions; a code that gRPC does not know is UNKNOWN.</summary>
    public static string NameOf(StatusCode code) =>
        StatusNames[(uint)code < (uint)StatusNames.Length ? (int)code : (int)global::Grpc.Core.StatusCode.Unknown];

    /// <summary>The status code of a name; null for a name that gRPC does not know.</summary>
    public static StatusCode? StatusOf(string name) =>
        Array.IndexOf(StatusNames, name) is >= 0 and var code ? (StatusCode)code : null;

    /// <summary>
    /// A method's full name without its leading slash. Kept for each object that is given, as gRPC gives the same one for each call.
    /// </summary>
    public static string NameOf(string fullMethod)
    {
        if (!fullMethod.StartsWith('/'))
            return fullMethod;
        if (MethodNames.TryGetValue(fullMethod, out var name))
            return name;
        name = fullMethod[1..];
        if (Volatile.Read(ref _methodNames) < MostMethodNames && MethodNames.TryAdd(fullMethod, name))
            Interlocked.Increment(ref _methodNames);
        return name;
    }
}
