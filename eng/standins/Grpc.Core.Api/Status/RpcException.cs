using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>The failure of a call: on the client what the service answered, on the server what it shall answer.</summary>
public class RpcException : Exception
{
    /// <summary>A failure whose message is the status's text.</summary>
    public RpcException(Status status)
        : this(status, Metadata.Empty)
    {
    }

    /// <summary>A failure with a message of its own.</summary>
    public RpcException(Status status, string message)
        : this(status, Metadata.Empty, message)
    {
    }

    /// <summary>A failure with trailers, whose message is the status's text.</summary>
    public RpcException(Status status, Metadata trailers)
        : this(status, trailers, status.ToString())
    {
    }

    /// <summary>A failure with trailers and a message of its own.</summary>
    /// <exception cref="ArgumentNullException">There are no trailers.</exception>
    public RpcException(Status status, Metadata trailers, string message)
        : base(message, status.DebugException)
    {
        Status = status;
        Trailers = GrpcPreconditions.CheckNotNull(trailers, nameof(trailers));
    }

    /// <summary>The status.</summary>
    public Status Status { get; }

    /// <summary>The status's code, for exception filters.</summary>
    public StatusCode StatusCode => Status.StatusCode;

    /// <summary>The trailers; empty and read-only if none were given.</summary>
    public Metadata Trailers { get; }
}
