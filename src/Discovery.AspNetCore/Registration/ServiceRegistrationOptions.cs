namespace Interceptors.Discovery.AspNetCore;

/// <summary>How a server registers one of its services. Can be bound from configuration; checked when the host starts.</summary>
public sealed class ServiceRegistrationOptions
{
    /// <summary>
    /// The id of this instance, unique within the service. If several ports are registered, each adds its own, as in <c>1:8080</c>.
    /// Default: null, which means the registered address, so that an instance that comes back at its address takes its old key. Of
    /// two instances with one id the second is not registered until the first has gone; an error is logged.
    /// </summary>
    public string? Id { get; set; }

    /// <summary>
    /// Whether the id is random, and new with each start of the process. After a crash the old key stays beside the new one until
    /// its lease ends. Not together with <see cref="Id"/>. Default: false.
    /// </summary>
    public bool RandomId { get; set; }

    /// <summary>
    /// The host, without port, that clients call. Default: null, which means the host the server is bound to; if that is
    /// a wildcard (<c>0.0.0.0</c>, <c>[::]</c>, <c>*</c>, <c>+</c>) the environment variable <c>POD_IP</c>, and without it the
    /// address of the first network interface that is up, one with a gateway before one without, IPv4 before IPv6; never a
    /// loopback or link-local one. A server that is bound to loopback only is registered so.
    /// </summary>
    public string? AdvertisedHost { get; set; }

    /// <summary>
    /// The port that clients call, if it is not the bound one: behind a port mapping, the outer port. Not together with
    /// <see cref="AllPorts"/>. Default: null, which means the bound port.
    /// </summary>
    public int? AdvertisedPort { get; set; }

    /// <summary>
    /// Which of the bound ports is registered. Default: null, which means the only one; with several it must be set, or
    /// <see cref="Scheme"/>, or <see cref="AllPorts"/>.
    /// </summary>
    public int? Port { get; set; }

    /// <summary>Registers only what is bound with this scheme, <c>http</c> or <c>https</c>. Default: null, either.</summary>
    public string? Scheme { get; set; }

    /// <summary>
    /// Whether each of the bound ports (of <see cref="Scheme"/>, if that is set) is registered as an instance of its own. Not
    /// together with <see cref="Port"/>. Default: false.
    /// </summary>
    public bool AllPorts { get; set; }

    /// <summary>
    /// The share of calls that it gets, relative to the weights of the others; at least 1. Default: null, which clients
    /// read as <see cref="DiscoveryEndpoint.DefaultWeight"/>.
    /// </summary>
    public int? Weight { get; set; }

    /// <summary>The zone that it runs in, for example a data centre. Default: null, none.</summary>
    public string? Zone { get; set; }

    /// <summary>The version of the service. Default: null, none.</summary>
    public string? Version { get; set; }

    /// <summary>Labels, for example <c>canary</c>. Default: none.</summary>
    public IList<string> Tags { get; } = [];

    /// <summary>
    /// Further metadata of the instance. <see cref="Weight"/>, <see cref="Zone"/>, <see cref="Version"/> and
    /// <see cref="Tags"/> win over entries with the same meaning. The plain format in etcd carries none of these. Default: empty.
    /// </summary>
    public IDictionary<string, string> Metadata { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Whether the start of the host is complete only once the service is in the registry; it then waits as long as
    /// <c>HostOptions.StartupTimeout</c> lets it. Default: false: a registry that is away keeps no server from starting.
    /// </summary>
    public bool WaitUntilRegistered { get; set; }

    /// <summary>
    /// How long the server goes on accepting calls after it has deregistered, so that every client has seen that it is gone.
    /// Of several services of one host the longest counts. Must be shorter than <c>HostOptions.ShutdownTimeout</c>: what that leaves
    /// is the time that running calls and streams get. Default: 1 s. A client with default options takes up to 150 ms (it holds
    /// bursts of changes for 100 ms, and <see cref="DiscoveryResolverOptions.DebounceTime"/> for 50 ms); the rest is for the
    /// network and for clients that are busy. Set more where clients debounce longer.
    /// </summary>
    public TimeSpan DrainTime { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether and how the service is registered only while it is healthy. Default: it is registered regardless.</summary>
    public ReadinessOptions Readiness { get; } = new();
}
