namespace Interceptors.Server;

/// <summary>Combines the interceptors of a builder into one interceptor, so that they share one <see cref="ServerCall"/>.</summary>
internal sealed class ServerInterceptorGroup(IEnumerable<OrderedServerInterceptor> members)
    : ServerInterceptor(members.OrderBy(member => member.Order).Select(member => member.Interceptor));
