using Grpc.Core;

namespace Interceptors.Propagation;

/// <summary>
/// The headers of a request, converted to metadata only on demand. Few calls need the metadata, and converting costs more than all else
/// that the kit does for a call.
/// </summary>
public interface IRequestHeaders
{
    /// <summary>Whether any header could join an outgoing call. May be true without reason; must not be false without one.</summary>
    /// <param name="exceptKey">A key that does not count, in lower case: the one of the trace id.</param>
    bool MayJoin(string exceptKey);

    /// <summary>Makes the metadata. Called once at most, while the request is still there.</summary>
    Metadata Read();
}
