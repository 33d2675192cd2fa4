namespace Interceptors.Server;

/// <summary>Combines interceptors into one, the first outermost, so that they share one <see cref="ServerCall"/>.</summary>
internal sealed class ServerInterceptorGroup(IEnumerable<ServerInterceptor> members) : ServerInterceptor(members);
