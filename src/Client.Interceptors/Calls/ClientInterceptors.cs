using Grpc.Core.Interceptors;

namespace Interceptors.Client;

/// <summary>Puts client interceptors together without DI.</summary>
public static class ClientInterceptors
{
    /// <summary>
    /// Several interceptors as one. Those of the kit that stand side by side cost less than <c>Intercept</c> with each: they share one
    /// copy of the metadata and one observed call.
    /// </summary>
    /// <param name="interceptors">The interceptors, outermost first.</param>
    public static Interceptor Combine(params IEnumerable<Interceptor> interceptors)
    {
        ArgumentNullException.ThrowIfNull(interceptors);
        var combined = new List<Interceptor>();
        var adjacent = new List<ClientInterceptor>();
        foreach (var interceptor in interceptors)
        {
            if (interceptor is ClientInterceptor member)
            {
                adjacent.Add(member);
                continue;
            }
            Group();
            combined.Add(interceptor);
        }
        Group();
        return combined.DefaultIfEmpty(new ClientInterceptorGroup([])).Aggregate(static (outer, inner) => new NestedInterceptors(outer, inner));

        void Group()
        {
            if (adjacent.Count > 0)
                combined.Add(adjacent.Count == 1 ? adjacent[0] : new ClientInterceptorGroup(adjacent));
            adjacent.Clear();
        }
    }
}
