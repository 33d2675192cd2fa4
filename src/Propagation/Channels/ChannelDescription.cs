namespace Interceptors.Propagation;

/// <summary>
/// What a channel is, for interceptors that are made for it. Clients of the official factory and channels of discovery tell it by
/// themselves; whoever makes a <c>GrpcChannel</c> can. An interceptor that was told nothing takes nothing for granted.
/// </summary>
/// <param name="Target">What it calls, as it was given: <c>etcd:///user</c> or <c>https://user</c>.</param>
/// <param name="IsSecure">Whether its connections have TLS.</param>
/// <param name="HasCallCredentials">Whether the channel itself adds credentials to each call.</param>
public sealed record ChannelDescription(string Target, bool IsSecure, bool HasCallCredentials = false);
