namespace Interceptors.Discovery;

/// <summary>
/// How to reach an etcd cluster, and how it is used. Bindable from configuration; checked when it is first
/// used.
/// </summary>
public sealed class EtcdOptions
{
    /// <summary>
    /// The members' client addresses, for example <c>http://10.0.0.1:2379</c>. One that fails is left for the next.
    /// Required; no default.
    /// </summary>
    public IList<string> Endpoints { get; } = [];

    /// <summary>
    /// Under which key services stand: instance <c>1</c> of service <c>user</c> has the key prefix + <c>user/1</c>.
    /// Ends with a slash. Default: <c>/project/service/</c>.
    /// </summary>
    public string Prefix { get; set; } = "/project/service/";

    /// <summary>
    /// The user, if the cluster has authentication on; he needs read and write permission on the prefix. Default:
    /// null.
    /// </summary>
    public string? Username { get; set; }

    /// <summary>The user's password. Never logged or shown. Default: null.</summary>
    public string? Password { get; set; }

    /// <summary>
    /// How long a registration outlives a process that died; it is kept alive at a third of this. Whole seconds, 2 s to 1 h; etcd
    /// may grant more. Default: 10 s.
    /// </summary>
    public TimeSpan LeaseTtl { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one member gets to accept a connection. Default: 2 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long one request to one member may take, the opening of a watch included. Default: 5 s.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The pause before a broken watch or registration is tried again the first time; it doubles from there.
    /// Default: 100 ms.
    /// </summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest such pause. Each pause is between half and all of its length, at random. Default: 3 s.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Endpoints, prefix and user; never the password.</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        $"etcd at {string.Join(",", Endpoints)}, prefix {Prefix}{(Username is null ? "" : $", user {Username}")}";

    internal void AddEndpoints(string endpoints)
    {
        foreach (var endpoint in endpoints.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            Endpoints.Add(endpoint);
    }
}
