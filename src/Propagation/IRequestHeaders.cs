using Grpc.Core;

namespace Interceptors.Propagation;

/// <summary>
/// The request of an incoming call, asked only on demand. Few calls need its metadata, and converting costs more than all else that the
/// kit does for a call.
/// </summary>
public interface IRequestHeaders
{
    /// <summary>
    /// Cancelled when the caller goes away. Asked for once at most, while the request is still there. Default: never cancelled.
    /// </summary>
    CancellationToken Aborted => CancellationToken.None;

    /// <summary>
    /// How often the caller has sent the call before (<c>grpc-previous-rpc-attempts</c>, gRFC A6). Asked while the request is still there.
    /// Default: 0.
    /// </summary>
    int PreviousAttempts => 0;

    /// <summary>Whether any header could join an outgoing call. May be true without reason; must not be false without one.</summary>
    /// <param name="exceptKey">A key that does not count, in lower case: the one of the trace id.</param>
    bool MayJoin(string exceptKey);

    /// <summary>Makes the metadata. Called once at most, while the request is still there.</summary>
    Metadata Read();
}
