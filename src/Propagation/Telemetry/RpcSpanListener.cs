using System.Diagnostics;
using System.Globalization;
using Grpc.Core;

namespace Interceptors.Propagation;

/// <summary>
/// Names and tags the spans that grpc-dotnet makes, as OpenTelemetry's RPC conventions have it. It starts and ends them inside the
/// interceptors, where none of those can see them, so this listens to its ActivitySource. The spans of servers, which the timing
/// interceptor has described, get their name back, because hosting names them by the route at their end. This samples nothing: whether
/// there is a span is for others to say.
/// </summary>
internal static class RpcSpanListener
{
    private const string MethodTag = "grpc.method";
    private const string StatusTag = "grpc.status_code";

    private const string NotesProperty = "interceptors.notes";

    // What the instrumentation of the contrib packages puts in the place of a span's source.
    private const string ContribClientSpans = "OpenTelemetry.Instrumentation.GrpcNetClient";
    private const string ContribServerSpans = "OpenTelemetry.Instrumentation.AspNetCore";

    private static readonly Lazy<ActivityListener> Listener = new(static () =>
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name is RpcTelemetry.ClientSpans or RpcTelemetry.ServerSpans
                or ContribClientSpans or ContribServerSpans,
            ActivityStarted = Started,
            ActivityStopped = Stopped,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    });

    public static bool IsListening => Listener.IsValueCreated;

    /// <summary>Begins to listen. Before whoever exports the spans, because listeners are told in turn.</summary>
    public static void Listen() => _ = Listener.Value;

    private static void Started(Activity span)
    {
        if (span is not { OperationName: RpcTelemetry.ClientSpan, IsAllDataRequested: true })
            return;
        if (span.GetTagItem(MethodTag) is string method)
            RpcSpan.Describe(span, method);
        // It begins where the call is sent.
        if (CallNotes.Current is not { } notes)
            return;
        span.SetCustomProperty(NotesProperty, notes);
        foreach (var (key, value) in notes.ServerTags ?? [])
            span.SetTag(key, value);
    }

    private static void Stopped(Activity span)
    {
        if (!span.IsAllDataRequested)
            return;
        if (span.OperationName == RpcTelemetry.ClientSpan)
            End(span);
        else if (span.Kind == ActivityKind.Server && span.GetTagItem(RpcTelemetry.System) is RpcTelemetry.SystemGrpc
            && span.GetTagItem(RpcTelemetry.Method) is string method)
            span.DisplayName = RpcSpan.NameOf(method);
    }

    private static void End(Activity span)
    {
        if (span.GetTagItem(MethodTag) is string method)
            RpcSpan.Describe(span, method);
        var status = StatusOf(span);
        span.SetTag(MethodTag, null);
        span.SetTag(StatusTag, null);
        if (!RpcTelemetry.WritesEarlierNames)
            span.SetTag(RpcTelemetry.EarlierStatusCode, null);
        if (status is not { } code)
            return;
        var end = new Status(code, span.StatusDescription ?? "");
        RpcSpan.End(span, end, isError: code != StatusCode.OK);
        if (code != StatusCode.OK && span.GetCustomProperty(NotesProperty) is CallNotes notes)
            notes.Explain(span.DisplayName, end, StartOf(span)).AddTo(span);
    }

    private static long StartOf(Activity span) =>
        TimeProvider.System.GetTimestamp() - (long)(span.Duration.TotalSeconds * TimeProvider.System.TimestampFrequency);

    /// <summary>As grpc-dotnet writes it, or the instrumentation of OpenTelemetry's contrib packages, which takes that away.</summary>
    private static StatusCode? StatusOf(Activity span)
    {
        if (int.TryParse(
            Convert.ToString(span.GetTagItem(StatusTag), CultureInfo.InvariantCulture), CultureInfo.InvariantCulture, out var number))
            return (StatusCode)number;
        return span.GetTagItem(RpcTelemetry.EarlierStatusCode) is string name ? RpcTelemetry.StatusOf(name) : null;
    }
}
