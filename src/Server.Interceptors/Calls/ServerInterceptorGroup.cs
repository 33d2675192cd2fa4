namespace Interceptors.Server;

/// <summary>The interceptors of a builder as one: one registration with gRPC, one shared call.</summary>
internal sealed class ServerInterceptorGroup(IEnumerable<OrderedServerInterceptor> members)
    : ServerInterceptor(members.OrderBy(member => member.Order).Select(member => member.Interceptor));
