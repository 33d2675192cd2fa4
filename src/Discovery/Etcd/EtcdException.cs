using Grpc.Core;

namespace Interceptors.Discovery;

/// <summary>A request to etcd failed. The message names operation, key and endpoint, never a secret, and is
/// safe to log, whatever keys and etcd have said.</summary>
internal sealed class EtcdException(string message, StatusCode statusCode, Exception? innerException = null)
    : Exception(SafeText.Of(message), innerException)
{
    public StatusCode StatusCode { get; } = statusCode;

    /// <summary>Whether etcd may have carried it out all the same.</summary>
    public bool WasSent { get; init; } = true;

    /// <summary>Whether the members that were asked can't answer at the moment; later they may.</summary>
    public bool IsMembersTrouble { get; init; }
}
