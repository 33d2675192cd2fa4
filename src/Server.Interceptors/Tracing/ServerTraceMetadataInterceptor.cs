using System.Diagnostics;
using Grpc.Core;
using Interceptors.Propagation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Interceptors.Server;

/// <summary>
/// Takes the trace id from the request (or the current Activity, or makes one), publishes the call as <see cref="IncomingCall.Current"/>,
/// and shows the id in a scope around every log line of the call, as the tag <c>rpc.request.metadata.KEY</c> of the current Activity, and
/// in the response headers. Of a call that goes well these show only an id that the caller did not send
/// (<see cref="TraceMetadataOptions.RepeatReceived"/>). There is no scope of its own where the logging of the host puts the same id on
/// every line already, as the Activity's <c>TraceId</c>.
/// </summary>
public sealed class ServerTraceMetadataInterceptor : ServerInterceptor
{
    private readonly ILogger _logger;
    private readonly string _key;
    private readonly bool _repeatsReceived;
    private readonly bool _tracksActivity;

    /// <summary>Creates the interceptor.</summary>
    /// <param name="options">Says which metadata key carries the trace id; the default key if null.</param>
    /// <param name="logger">Opens the scope; may be null.</param>
    /// <param name="loggerOptions">Says what the logging of the host puts on each line; nothing if null.</param>
    /// <exception cref="ArgumentException">An option is wrong; the message names it and the fix.</exception>
    public ServerTraceMetadataInterceptor(
        IOptions<TraceMetadataOptions>? options = null,
        ILogger<ServerTraceMetadataInterceptor>? logger = null,
        IOptions<LoggerFactoryOptions>? loggerOptions = null)
    {
        var checkedOptions = new TraceMetadataOptionsValidator().Checked(options);
        _key = checkedOptions.Key.ToLowerInvariant();
        _repeatsReceived = checkedOptions.RepeatReceived;
        _logger = logger ?? NullLogger<ServerTraceMetadataInterceptor>.Instance;
        _tracksActivity = loggerOptions?.Value.ActivityTrackingOptions.HasFlag(ActivityTrackingOptions.TraceId) == true;
    }

    /// <inheritdoc/>
    // No asynchronous method: the AsyncLocal and the scope must reach the handler.
    protected internal override ValueTask OnStartAsync(ServerCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var incoming = Incoming(call, out var isReceived);
        var traceId = incoming.TraceId;

        IncomingCall.Current = incoming;
        call.Incoming = incoming;
        if (_repeatsReceived || !isReceived)
            call.Context.GetHttpContext().Response.Headers[_key] = traceId;
        var activity = Activity.Current;
        if (!_tracksActivity || activity is not { IdFormat: ActivityIdFormat.W3C } || activity.TraceId.ToHexString() != traceId)
            call.DisposeAtEnd(_logger.BeginScope(new TraceLogScope(_key, traceId)));
        if (activity is { IsAllDataRequested: true })
            activity.SetTag(RpcTelemetry.RequestMetadataPrefix + _key, new[] { traceId });
        return default;
    }

    /// <inheritdoc/>
    protected internal override Exception? OnEnd(ServerCall call, Exception? error)
    {
        ArgumentNullException.ThrowIfNull(call);
        if ((error is not null || call.Context.Status.StatusCode != StatusCode.OK) && call.Incoming is { } incoming)
            ShowWithFailure(call.Context, incoming.TraceId);
        call.Incoming?.EndRequest(_key);
        return error;
    }

    /// <summary>A failure always carries the id, since it is what its reader looks for in the logs.</summary>
    private void ShowWithFailure(ServerCallContext context, string traceId)
    {
        var response = context.GetHttpContext().Response;
        if (!response.HasStarted)
            response.Headers[_key] = traceId;
        else if (context.ResponseTrailers.Get(_key) is null && !response.Headers.ContainsKey(_key))
            context.ResponseTrailers.Add(_key, traceId);
    }

    private IncomingCall Incoming(ServerCall call, out bool isReceived)
    {
        var deadline = call.Context.Deadline;
        if (call.RequestHeaders is { } headers)
        {
            var values = headers[_key];
            return new IncomingCall(call, Resolve(values.Count == 1 ? values[0] : null, out isReceived), deadline);
        }
        var metadata = call.Context.RequestHeaders;
        return new IncomingCall(
            metadata, Resolve(metadata.GetValue(_key), out isReceived), deadline, call.Context.CancellationToken);
    }

    private static string Resolve(string? received, out bool isReceived)
    {
        var traceId = TraceId.Resolve(received);
        isReceived = ReferenceEquals(traceId, received);
        return traceId;
    }
}
