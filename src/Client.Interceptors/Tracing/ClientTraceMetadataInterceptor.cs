using Interceptors.Propagation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Interceptors.Client;

/// <summary>
/// Gives every call a trace id and lets allowed metadata of the call being handled join it. The id is the one that the caller set,
/// else the incoming call's, else the current Activity's, else a new one; an invalid one is replaced. What the caller set
/// wins over what came in.
/// </summary>
public sealed partial class ClientTraceMetadataInterceptor : ClientInterceptor
{
    private readonly ILogger _logger;
    private readonly MetadataAllowList _joined;
    private readonly string _key;
    private readonly int _maxEntries;
    private readonly int _maxBytes;

    /// <summary>Creates the interceptor.</summary>
    /// <param name="options">The key and what joins; the defaults if null.</param>
    /// <param name="logger">Told when joined metadata was left out because of a cap; may be null.</param>
    /// <exception cref="ArgumentException">An option is wrong; the message names it and the fix.</exception>
    public ClientTraceMetadataInterceptor(
        IOptions<TraceMetadataOptions>? options = null, ILogger<ClientTraceMetadataInterceptor>? logger = null)
    {
        var checkedOptions = new TraceMetadataOptionsValidator().Checked(options);
        _logger = logger ?? NullLogger<ClientTraceMetadataInterceptor>.Instance;
        _key = checkedOptions.Key.ToLowerInvariant();
        _joined = new MetadataAllowList(checkedOptions.JoinedKeys);
        _maxEntries = checkedOptions.MaxJoinedEntries;
        _maxBytes = checkedOptions.MaxJoinedBytes;
    }

    internal override ClientInterceptorSteps Steps => ClientInterceptorSteps.Prepare | ClientInterceptorSteps.Observe;

    /// <inheritdoc/>
    // An observed call marks its failure (OutgoingFailure), for the server whose handler makes it.
    protected internal override bool Observes(scoped in OutgoingCall call) => IncomingCall.Current is not null;

    /// <inheritdoc/>
    protected internal override void Prepare(ref OutgoingCall call)
    {
        var incoming = IncomingCall.Current;
        if (incoming is not null && incoming.Metadata.HasAllowed(_joined))
        {
            var dropped = call.EditHeaders().Join(incoming.Metadata, _joined, _maxEntries, _maxBytes);
            if (dropped > 0)
                LogLeftOut(_logger, dropped, call.Method.FullName, _maxEntries, _maxBytes);
        }

        var callers = call.Headers?.GetValue(_key);
        var traceId = TraceId.IsValid(callers) ? callers! : incoming?.TraceId ?? TraceId.Resolve(null);
        if (!call.Headers.HasOnly(_key, traceId))
            call.EditHeaders().Set(_key, traceId);
    }
}
