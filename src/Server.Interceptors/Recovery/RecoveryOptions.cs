using Grpc.Core;
using RpcStatus = Google.Rpc.Status;

namespace Interceptors.Server;

/// <summary>
/// Which status an exception becomes. Unless mapped anew: <see cref="ArgumentException"/> is InvalidArgument,
/// <see cref="KeyNotFoundException"/> NotFound, <see cref="UnauthorizedAccessException"/> PermissionDenied,
/// <see cref="NotImplementedException"/> Unimplemented, <see cref="TimeoutException"/> DeadlineExceeded,
/// <see cref="OperationCanceledException"/> Cancelled, each with the types derived from it; all others are Internal.
/// </summary>
/// <remarks>
/// Callers read a fixed text for each status, nothing of the exception, unless a mapping says what they may read. If your
/// code throws one of these types by mistake, map it to Internal: <c>Map&lt;ArgumentException&gt;(StatusCode.Internal)</c>.
/// </remarks>
public sealed class RecoveryOptions
{
    private readonly Dictionary<Type, ExceptionMapping> _mappings = [];
    private StatusMapping? _mapping;

    /// <summary>Creates the options with the default mappings.</summary>
    public RecoveryOptions()
    {
        Map<ArgumentException>(StatusCode.InvalidArgument);
        Map<KeyNotFoundException>(StatusCode.NotFound);
        Map<UnauthorizedAccessException>(StatusCode.PermissionDenied);
        Map<NotImplementedException>(StatusCode.Unimplemented);
        Map<TimeoutException>(StatusCode.DeadlineExceeded);
        Map<OperationCanceledException>(StatusCode.Cancelled);
    }

    /// <summary>
    /// The most bytes that the trailers of a failed call may take with what a mapping puts into them, counted as HTTP/2 does
    /// (names, values, and 32 for each); 512 or more. A text is cut to half of it; error details that don't fit are not sent, since
    /// a client would refuse the whole response. Default: 8192, the limit that gRPC over HTTP/2 suggests to peers.
    /// </summary>
    public int MaxTrailerBytes { get; set; } = 8192;

    /// <summary>
    /// What the caller gets when a handler does not catch the failure of an outgoing call (<see cref="Propagation.OutgoingFailure"/>).
    /// A mapping of <see cref="RpcException"/> comes first. Default: <see cref="OutgoingFailureHandling.ByCode"/>.
    /// </summary>
    public OutgoingFailureHandling OutgoingFailures { get; set; }

    internal IReadOnlyDictionary<Type, ExceptionMapping> Mappings => _mappings;

    // Made once for all interceptors of these options: gRPC makes one for each call where DI does not know it.
    internal StatusMapping Mapping => _mapping ??= new StatusMapping(this);

    /// <summary>
    /// Says which status exceptions of a type become, and of types derived from it that have no mapping of their own. Replaces an earlier
    /// mapping of the same type. An exception that only wraps another is mapped as that one: AggregateException of one,
    /// TargetInvocationException, and a cancellation caused by a TimeoutException, as HttpClient's. An AggregateException of several
    /// stays one.
    /// </summary>
    /// <typeparam name="TException">
    /// The type. A mapping of <see cref="RpcException"/> holds for failures of outgoing calls only: one that the handler throws itself
    /// keeps its status.
    /// </typeparam>
    /// <param name="status">The status; any but OK.</param>
    /// <param name="publicText">What callers read; null or empty for the fixed text of the status.</param>
    public RecoveryOptions Map<TException>(StatusCode status, string? publicText = null)
        where TException : Exception => Map<TException>(status, _ => publicText);

    /// <summary>The same, with a text made of the exception.</summary>
    /// <typeparam name="TException">The type.</typeparam>
    /// <param name="status">The status; any but OK.</param>
    /// <param name="publicText">
    /// Makes what callers read, all of it public; null or empty for the fixed text. If it throws, the call ends as Internal.
    /// </param>
    public RecoveryOptions Map<TException>(StatusCode status, Func<TException, string?> publicText)
        where TException : Exception
    {
        ArgumentNullException.ThrowIfNull(publicText);
        return Add<TException>(
            (exception, _) => new RpcStatus { Code = (int)status, Message = publicText((TException)exception) ?? "" }, status);
    }

    /// <summary>The same, with a status that can hold error details (https://google.aip.dev/193) and depend on the call.</summary>
    /// <typeparam name="TException">The type; <see cref="Exception"/> for all that nothing else maps.</typeparam>
    /// <param name="status">
    /// Makes the status, all of it public. Its code and message become those of the call, and with details it is sent as the trailer
    /// <c>grpc-status-details-bin</c>, too. Null leaves the exception to the mapping of the next base type. If it throws, or the code is
    /// OK or none of gRPC's, the call ends as Internal.
    /// </param>
    public RecoveryOptions Map<TException>(Func<TException, ServerCallContext, RpcStatus?> status)
        where TException : Exception
    {
        ArgumentNullException.ThrowIfNull(status);
        return Add<TException>((exception, context) => status((TException)exception, context), code: null);
    }

    private RecoveryOptions Add<TException>(Func<Exception, ServerCallContext, RpcStatus?> describe, StatusCode? code)
    {
        _mappings[typeof(TException)] = new ExceptionMapping(describe, code);
        return this;
    }
}
