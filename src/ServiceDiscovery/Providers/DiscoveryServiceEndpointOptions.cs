using Microsoft.Extensions.ServiceDiscovery;

namespace Interceptors.ServiceDiscovery;

/// <summary>How names of Microsoft.Extensions.ServiceDiscovery are looked up in a registry.</summary>
public sealed class DiscoveryServiceEndpointOptions
{
    /// <summary>
    /// The name in the registry of what is asked for, such as <c>team/user</c> for <c>http://user</c>; null leaves the name to other
    /// providers. Called once for each name. Default: the name as it is asked for, in lower case as <see cref="Uri"/> has it; nothing for
    /// IP addresses and <c>localhost</c>.
    /// </summary>
    public Func<ServiceEndpointQuery, string?> ServiceName { get; set; } = DiscoveryServiceName.Of;

    /// <summary>
    /// How long a look-up waits for the first answer of the registry. After that the name is left to other providers, and told anew as soon
    /// as the answer comes. Zero to 1 minute. Default: 5 s.
    /// </summary>
    public TimeSpan FirstAnswerTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a service is followed that nobody looks up any more; those who still hold its endpoints are told to look it up again then.
    /// 1 s to 1 day. Default: 5 min.
    /// </summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(5);
}
