using System.Diagnostics;
using System.Runtime.Serialization;
using System.Text.Json.Serialization;

namespace Interceptors.Discovery;

/// <summary>
/// How to reach an etcd cluster, and how it is used. Can be bound from configuration; checked at first use.
/// </summary>
public sealed class EtcdOptions
{
    internal const string DefaultPrefix = "/project/service/";
    internal const string DefaultControlPrefix = "/discovery/control/";

    /// <summary>
    /// The members' client addresses, for example <c>http://10.0.0.1:2379</c> or <c>https://etcd-headless:2379</c>. A name with
    /// several addresses stands for all of them. One member is used at a time, chosen at random. If it fails, the next one is used; if all
    /// have failed, names are resolved again. Required; no default.
    /// </summary>
    public IList<string> Endpoints { get; } = [];

    /// <summary>
    /// The prefix of the keys: instance <c>1</c> of service <c>user</c> has the key prefix + <c>user/1</c>.
    /// Empty, or ends with a slash. Default: <c>/project/service/</c>, or the root that belongs to <see cref="Format"/>: empty for
    /// <see cref="EndpointFormat.EtcdNaming"/> and <see cref="EndpointFormat.GoZero"/>, <c>/microservices/</c> for Kratos, and so on.
    /// </summary>
    public string Prefix { get; set; } = DefaultPrefix;

    /// <summary>
    /// The format of the values. Default: <see cref="EndpointFormat.Detect"/>, which reads all formats and registers plain text.
    /// </summary>
    public EndpointFormat Format { get; set; }

    /// <summary>A format of your own, instead of <see cref="Format"/> and <see cref="Prefix"/>. Default: null.</summary>
    public IEndpointFormat? CustomFormat { get; set; }

    /// <summary>Services with another format, another prefix, or both, by name. Default: none.</summary>
    public IDictionary<string, EtcdServiceOptions> Services { get; } =
        new Dictionary<string, EtcdServiceOptions>(StringComparer.Ordinal);

    /// <summary>
    /// The prefix of the keys with operators' orders (<c>discovery pause</c> and <c>update</c>): this prefix, then the key of the
    /// instance. Servers need read permission there, operators write permission. A server without the permission works without orders.
    /// Ends with a slash; empty turns orders off. Default: <c>/discovery/control/</c>.
    /// </summary>
    public string ControlPrefix { get; set; } = DefaultControlPrefix;

    /// <summary>
    /// The user, if the cluster asks for authentication. It needs read and write permission on the prefix. Default: null.
    /// </summary>
    public string? Username { get; set; }

    /// <summary>The user's password. Never logged or shown, and not in the options as text or JSON. Default: null.</summary>
    [JsonIgnore, IgnoreDataMember, DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? Password { get; set; }

    /// <summary>
    /// A file that holds the user's name, instead of <see cref="Username"/>; read for each authentication. A line end after the
    /// name is ignored. Default: null.
    /// </summary>
    public string? UsernameFile { get; set; }

    /// <summary>A file that holds the password, as <see cref="UsernameFile"/> does the name. Default: null.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>
    /// Which certificates of members with an <c>https</c> address are trusted, and which client certificate is sent. Default: what the
    /// system trusts, and none.
    /// </summary>
    public EtcdTlsOptions Tls { get; } = new();

    /// <summary>
    /// How long a registration outlives a process that died; the lease is renewed after a third of it. Whole seconds, 2 s to 1 h; etcd
    /// may grant more. Default: 10 s.
    /// </summary>
    public TimeSpan LeaseTtl { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long connecting to one member may take. Default: 2 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long one request may take, over all members that are asked. Opening a watch is a request too. Default: 5 s.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long one of several members may take to answer before the next is asked, so that a frozen member does not use up the time
    /// of a server's shutdown. It doubles with each round over all members, within <see cref="RequestTimeout"/>, so that a slow cluster
    /// can still answer. Default: 1 s.
    /// </summary>
    public TimeSpan MemberTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How often an open watch sends etcd an HTTP/2 ping. Without an answer within 5 s the connection counts as broken. An etcd that
    /// allows fewer pings (<c>--grpc-keepalive-min-time</c>) ends the connection, and the interval doubles each time (gRFC A8).
    /// 1 s to 10 min. Default: 10 s.
    /// </summary>
    public TimeSpan KeepAlivePingDelay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The pause before a broken watch or registration is tried again the first time; it doubles from there.
    /// Default: 100 ms.
    /// </summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest such pause. Each pause is between half and all of its length, at random. Default: 3 s.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How many keys one answer of etcd holds at most; a longer list is read in several, fewer at a time where values are large. For each
    /// answer etcd counts all keys that are left. 1 to 100,000. Default: 4000.
    /// </summary>
    public int PageSize { get; set; } = 4000;

    /// <summary>
    /// How often a watched service is listed again, in case the watch has missed something. Differences are logged and applied. Each
    /// pause is between half and all of this, at random. Default: 5 min.
    /// </summary>
    public TimeSpan ReconcileInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Endpoints, prefix and user; never the password.</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        $"etcd at {string.Join(",", Endpoints.Select(WithoutUser))}, prefix {Prefix}{UserText()}";

    /// <summary>An address that holds a password is refused, but may be written out before.</summary>
    private static string WithoutUser(string endpoint) => endpoint[(endpoint.LastIndexOf('@') + 1)..];

    private string UserText() =>
        Username is not null ? $", user {Username}" : UsernameFile is not null ? $", user of {UsernameFile}" : "";

    internal bool HasUser => Username is not null || UsernameFile is not null;

    internal void AddEndpoints(string endpoints)
    {
        foreach (var endpoint in endpoints.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            Endpoints.Add(endpoint);
    }
}
