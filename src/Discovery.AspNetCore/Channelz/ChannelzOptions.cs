namespace Interceptors.Discovery.AspNetCore;

/// <summary>Options of the channelz service.</summary>
public sealed class ChannelzOptions
{
    /// <summary>
    /// Whether the service may be mapped without authorization outside the Development environment. It shows addresses, and how much they
    /// are called. Default: false; the host then does not start without <c>RequireAuthorization</c>, or a fallback policy.
    /// </summary>
    public bool AllowAnonymous { get; set; }
}
