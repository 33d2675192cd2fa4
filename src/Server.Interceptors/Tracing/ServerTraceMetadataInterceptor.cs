using System.Diagnostics;
using Grpc.Core;
using Interceptors.Propagation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Interceptors.Server;

/// <summary>
/// Takes the trace id from the request (or the current Activity, or makes one), publishes the call as
/// <see cref="IncomingCall.Current"/>, and shows the id in the response headers, in a scope around every log line of the call, and as the
/// tag <c>rpc.request.metadata.KEY</c> of the current Activity.
/// </summary>
public sealed class ServerTraceMetadataInterceptor : ServerInterceptor
{
    private readonly ILogger _logger;
    private readonly string _key;

    /// <summary>Creates the interceptor.</summary>
    /// <param name="options">Says which metadata key carries the trace id; the default key if null.</param>
    /// <param name="logger">Opens the scope; may be null.</param>
    /// <exception cref="ArgumentException">An option is wrong; the message names it and the fix.</exception>
    public ServerTraceMetadataInterceptor(
        IOptions<TraceMetadataOptions>? options = null, ILogger<ServerTraceMetadataInterceptor>? logger = null)
    {
        _key = new TraceMetadataOptionsValidator().Checked(options).Key.ToLowerInvariant();
        _logger = logger ?? NullLogger<ServerTraceMetadataInterceptor>.Instance;
    }

    /// <inheritdoc/>
    // No asynchronous method: the AsyncLocal and the scope must reach the handler.
    protected internal override ValueTask OnStartAsync(ServerCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var incoming = Incoming(call);
        var traceId = incoming.TraceId;

        IncomingCall.Current = incoming;
        call.Incoming = incoming;
        call.Context.GetHttpContext().Response.Headers[_key] = traceId;
        call.DisposeAtEnd(_logger.BeginScope(new TraceLogScope(_key, traceId)));
        if (Activity.Current is { IsAllDataRequested: true } activity)
            activity.SetTag(RpcTelemetry.RequestMetadataPrefix + _key, new[] { traceId });
        return default;
    }

    /// <inheritdoc/>
    protected internal override Exception? OnEnd(ServerCall call, Exception? error)
    {
        ArgumentNullException.ThrowIfNull(call);
        call.Incoming?.EndRequest(_key);
        return error;
    }

    private IncomingCall Incoming(ServerCall call)
    {
        var deadline = call.Context.Deadline;
        if (call.RequestHeaders is { } headers)
        {
            var values = headers[_key];
            return new IncomingCall(call, TraceId.Resolve(values.Count == 1 ? values[0] : null), deadline);
        }
        var metadata = call.Context.RequestHeaders;
        return new IncomingCall(metadata, TraceId.Resolve(metadata.GetValue(_key)), deadline);
    }
}
