using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>The call for which an <see cref="AsyncAuthInterceptor"/> is asked.</summary>
public class AuthInterceptorContext
{
    /// <summary>A call that can't be cancelled meanwhile.</summary>
    public AuthInterceptorContext(string serviceUrl, string methodName)
        : this(serviceUrl, methodName, CancellationToken.None)
    {
    }

    /// <summary>A call.</summary>
    public AuthInterceptorContext(string serviceUrl, string methodName, CancellationToken cancellationToken)
    {
        ServiceUrl = GrpcPreconditions.CheckNotNull(serviceUrl, nameof(serviceUrl));
        MethodName = GrpcPreconditions.CheckNotNull(methodName, nameof(methodName));
        CancellationToken = cancellationToken;
    }

    /// <summary>The service's address, the audience of a token.</summary>
    public string ServiceUrl { get; }

    /// <summary>The method's name.</summary>
    public string MethodName { get; }

    /// <summary>Cancelled with the call.</summary>
    public CancellationToken CancellationToken { get; }
}
