using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Interceptors.Propagation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Interceptors.Client;

/// <summary>
/// Gives every call a trace id and lets allowed metadata of the call being handled join it. The id is the one that the caller set,
/// else the incoming call's, else the current Activity's, else a new one; an invalid one is replaced. What the caller set
/// wins over what came in. A call that runs under no Activity gives its id to the Activities that the platform starts for it, so that
/// <c>traceparent</c> says the same. A call that is made for a retry says so (<see cref="IncomingCall.PreviousAttempts"/>).
/// </summary>
public sealed class ClientTraceMetadataInterceptor : ClientInterceptor
{
    private const string PreviousAttemptsKey = "grpc-previous-rpc-attempts";

    private readonly LeftOutReports _leftOut;
    private readonly MetadataAllowList _joined;
    private readonly string _key;
    private readonly int _maxEntries;
    private readonly int _maxBytes;

    /// <summary>Creates the interceptor.</summary>
    /// <param name="options">The key and what joins; the defaults if null.</param>
    /// <param name="logger">Told when joined metadata was left out; may be null.</param>
    /// <param name="timeProvider">Bounds the lines that say so; the system's if null.</param>
    /// <param name="meterFactory">Makes the meter that counts what was left out; null uses one of the process.</param>
    /// <exception cref="ArgumentException">An option is wrong; the message names it and the fix.</exception>
    public ClientTraceMetadataInterceptor(
        IOptions<TraceMetadataOptions>? options = null,
        ILogger<ClientTraceMetadataInterceptor>? logger = null,
        TimeProvider? timeProvider = null,
        IMeterFactory? meterFactory = null)
    {
        var checkedOptions = new TraceMetadataOptionsValidator().Checked(options);
        _leftOut = new LeftOutReports(
            checkedOptions, logger ?? NullLogger<ClientTraceMetadataInterceptor>.Instance, timeProvider ?? TimeProvider.System,
            meterFactory);
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
            call.EditHeaders().Join(incoming.Metadata, _joined, _maxEntries, _maxBytes, out var leftOut);
            _leftOut.Report(call.Method.FullName, leftOut);
        }

        if (incoming?.PreviousAttempts is > 0 and var attempts && call.Headers?.Get(PreviousAttemptsKey) is null)
            call.EditHeaders().Add(PreviousAttemptsKey, attempts.ToString(CultureInfo.InvariantCulture));

        var callers = call.Headers?.GetValue(_key);
        var traceId = TraceId.IsValid(callers) ? callers! : incoming?.TraceId ?? TraceId.Resolve(null);
        if (!call.Headers.HasOnly(_key, traceId))
            call.EditHeaders().Set(_key, traceId);
        if (Activity.Current is null)
            call.RootTraceId = traceId;
    }
}
