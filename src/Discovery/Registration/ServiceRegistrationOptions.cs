namespace Interceptors.Discovery;

/// <summary>How a server registers one of its services. Bindable from configuration; checked when the host starts.</summary>
public sealed class ServiceRegistrationOptions
{
    /// <summary>
    /// What tells this instance from the others of the service. Default: null, which means the registered address, so that an
    /// instance that comes back at its address takes its old place.
    /// </summary>
    public string? Id { get; set; }

    /// <summary>
    /// The host, without port, that clients shall call. Default: null, which means the host the server is bound to; if that is
    /// a wildcard (<c>0.0.0.0</c>, <c>[::]</c>, <c>*</c>, <c>+</c>) the environment variable <c>POD_IP</c>, and without it the
    /// IPv4 address of the first network interface that is up, not loopback and not link-local.
    /// </summary>
    public string? AdvertisedHost { get; set; }

    /// <summary>
    /// Which of the bound ports is registered. Default: null, which means the only one; with several bound ports it must be set.
    /// </summary>
    public int? Port { get; set; }

    /// <summary>
    /// How long the server goes on accepting calls after it has deregistered, so that every client has seen that it is gone.
    /// Of several services of one host the longest counts. Must be shorter than the host's shutdown timeout. Default: 500 ms.
    /// </summary>
    public TimeSpan DrainTime { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// What else clients shall know about the instance. The plain etcd format does not carry it. Default:
    /// empty.
    /// </summary>
    public IDictionary<string, string> Metadata { get; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
