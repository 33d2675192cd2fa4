using Grpc.Core.Interceptors;

namespace Interceptors.Client;

/// <summary>Puts client interceptors together without DI.</summary>
public static class ClientInterceptors
{
    /// <summary>
    /// Several interceptors as one, which costs less than <c>Intercept</c> with each: they share one copy of the metadata and one
    /// observed call.
    /// </summary>
    /// <param name="interceptors">The interceptors, outermost first.</param>
    public static Interceptor Combine(params IEnumerable<ClientInterceptor> interceptors)
    {
        ArgumentNullException.ThrowIfNull(interceptors);
        return new ClientInterceptorGroup(interceptors);
    }
}
