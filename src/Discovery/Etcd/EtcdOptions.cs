using System.Diagnostics;
using System.Runtime.Serialization;
using System.Text.Json.Serialization;

namespace Interceptors.Discovery;

/// <summary>
/// How to reach an etcd cluster, and how it is used. Bindable from configuration; checked when it is first
/// used.
/// </summary>
public sealed class EtcdOptions
{
    internal const string DefaultPrefix = "/project/service/";
    internal const string DefaultControlPrefix = "/discovery/control/";

    /// <summary>
    /// The members' client addresses, for example <c>http://10.0.0.1:2379</c> or <c>https://etcd-headless:2379</c>. A name that
    /// has several addresses stands for all of them. One is used at a time, chosen at random; one that fails is left for the next, and
    /// names are resolved again once all have failed. Required; no default.
    /// </summary>
    public IList<string> Endpoints { get; } = [];

    /// <summary>
    /// Under which key services stand: instance <c>1</c> of service <c>user</c> has the key prefix + <c>user/1</c>.
    /// Empty, or ends with a slash. Default: <c>/project/service/</c>, or the root that belongs to <see cref="Format"/>: empty for
    /// <see cref="EndpointFormat.EtcdNaming"/> and <see cref="EndpointFormat.GoZero"/>, <c>/microservices/</c> for Kratos, and so on.
    /// </summary>
    public string Prefix { get; set; } = DefaultPrefix;

    /// <summary>
    /// How instances stand there. Default: <see cref="EndpointFormat.Detect"/>, which reads all formats and registers plain text.
    /// </summary>
    public EndpointFormat Format { get; set; }

    /// <summary>A format of your own, instead of <see cref="Format"/> and <see cref="Prefix"/>. Default: null.</summary>
    public IEndpointFormat? CustomFormat { get; set; }

    /// <summary>Services that stand otherwise, by name: another format, another prefix, or both. Default: none.</summary>
    public IDictionary<string, EtcdServiceOptions> Services { get; } =
        new Dictionary<string, EtcdServiceOptions>(StringComparer.Ordinal);

    /// <summary>
    /// Under which key operators say what they want of an instance (<c>discovery pause</c> and <c>update</c>): this prefix, then the
    /// key of the instance. Servers need read permission there, operators write permission; servers that may not read it go without.
    /// Ends with a slash; empty for none. Default: <c>/discovery/control/</c>.
    /// </summary>
    public string ControlPrefix { get; set; } = DefaultControlPrefix;

    /// <summary>
    /// The user, if the cluster has authentication on; he needs read and write permission on the prefix. Default:
    /// null.
    /// </summary>
    public string? Username { get; set; }

    /// <summary>The user's password. Never logged or shown, and left out when the options are written out. Default: null.</summary>
    [JsonIgnore, IgnoreDataMember, DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? Password { get; set; }

    /// <summary>
    /// A file that holds the user's name, instead of <see cref="Username"/>; read again whenever etcd wants to know. A line end after the
    /// name does not count. Default: null.
    /// </summary>
    public string? UsernameFile { get; set; }

    /// <summary>A file that holds the password, as <see cref="UsernameFile"/> does the name. Default: null.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>
    /// Which certificates of members with an <c>https</c> address are trusted, and which one they are shown. Default: what the system
    /// trusts, and none.
    /// </summary>
    public EtcdTlsOptions Tls { get; } = new();

    /// <summary>
    /// How long a registration outlives a process that died; it is kept alive at a third of this. Whole seconds, 2 s to 1 h; etcd
    /// may grant more. Default: 10 s.
    /// </summary>
    public TimeSpan LeaseTtl { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one member gets to accept a connection. Default: 2 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long one request may take, whatever members are asked, the opening of a watch included. Default: 5 s.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long one of several members gets to answer before the next is asked: a member that is frozen must not cost a server its
    /// whole shutdown. The last one gets what is left of <see cref="RequestTimeout"/>, so that a slow cluster is not given up too
    /// soon. Default: 1 s.
    /// </summary>
    public TimeSpan MemberTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How often an open watch asks etcd for a sign of life (an HTTP/2 ping); without one for 5 s the connection counts as broken. An
    /// etcd that allows fewer (<c>--grpc-keepalive-min-time</c>) ends the connection, and each time the interval doubles (gRFC A8).
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
    /// How often the list of a service that is being watched is read anew, as a second line of defence: what differs from what the
    /// watch has told is logged and taken over. Each time between half and all of it, at random. Default: 5 min.
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
