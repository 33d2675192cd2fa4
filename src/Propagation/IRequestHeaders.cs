using Grpc.Core;

namespace Interceptors.Propagation;

/// <summary>
/// The headers of a request that is being handled. Few calls need them as metadata, which then takes more memory than all else that this kit
/// does for a call.
/// </summary>
internal interface IRequestHeaders
{
    /// <summary>Whether there may be any but those that never cross, and one more.</summary>
    bool MayJoin(string butForKey);

    Metadata Read();
}
