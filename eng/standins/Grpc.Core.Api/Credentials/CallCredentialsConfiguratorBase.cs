namespace Grpc.Core;

/// <summary>How a transport learns the shape of call credentials: exactly one of its methods is called.</summary>
public abstract class CallCredentialsConfiguratorBase
{
    /// <summary>They consist of several.</summary>
    public abstract void SetCompositeCredentials(object? state, IReadOnlyList<CallCredentials> credentials);

    /// <summary>They come from a callback.</summary>
    public abstract void SetAsyncAuthInterceptorCredentials(object? state, AsyncAuthInterceptor interceptor);
}
