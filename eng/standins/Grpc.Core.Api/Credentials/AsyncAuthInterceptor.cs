namespace Grpc.Core;

/// <summary>Adds a call's credentials to its headers before it starts.</summary>
/// <param name="context">The call.</param>
/// <param name="metadata">The headers to add to.</param>
public delegate Task AsyncAuthInterceptor(AuthInterceptorContext context, Metadata metadata);
