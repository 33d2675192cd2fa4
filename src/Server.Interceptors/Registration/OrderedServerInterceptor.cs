using Grpc.Core.Interceptors;

namespace Interceptors.Server;

/// <summary>An interceptor and its position in the order.</summary>
internal sealed record OrderedServerInterceptor(ServerInterceptorOrder Order, Interceptor Interceptor);
