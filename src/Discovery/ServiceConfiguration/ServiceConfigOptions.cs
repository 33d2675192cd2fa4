namespace Interceptors.Discovery;

/// <summary>
/// Where the service config of a channel comes from: gRPC's JSON document that says how methods are called (timeouts, sizes, retries,
/// hedging) and how calls are balanced. https://github.com/grpc/grpc-proto/blob/master/grpc/service_config/service_config.proto
/// A document with a wrong value is refused as a whole, with the place and what to give. Fields that are not known are ignored, each with a
/// warning in the log (gRFC A21).
/// </summary>
/// <remarks>
/// <para>Wrong are: a doubled field, a value of the wrong kind or out of bounds, a method named twice. Names are matched as protobuf's JSON
/// does: <c>waitForReady</c> or <c>wait_for_ready</c>, and nothing else. Of <c>loadBalancingConfig</c> the first policy that is known is
/// used; one without any is refused.</para>
/// <para>A new version in <see cref="File"/> or <see cref="EtcdKey"/> holds for each call that begins after it; running calls keep theirs.
/// One that is refused, or gone, is logged and counted, and the one before stays in force; write <c>{}</c> to take everything back.
/// Timeouts, waiting and sizes change in place. What grpc-dotnet reads only once (balancing, retries, hedging, throttling, health checks)
/// gets a new channel, which connects before it takes over; the old one is closed when the last of its calls has ended.</para>
/// <para>Timeout: the earlier of it and the caller's deadline holds. Wait-for-ready: a caller can ask for it where the config doesn't, but
/// not do without it where the config does, because gRPC for .NET can't tell "no" from nothing said. Sizes: counted before
/// compression, and the channel's own limits hold as well; a larger message fails its call with <c>ResourceExhausted</c>.</para>
/// </remarks>
public sealed class ServiceConfigOptions
{
    /// <summary>
    /// The document itself; with <see cref="EtcdKey"/>, what holds until the key has been read. Wrong: an <see cref="ArgumentException"/>
    /// when the channel is made. Default: null, which is the same as <c>{}</c>.
    /// </summary>
    public string? Json { get; set; }

    /// <summary>
    /// A file with the document, read again whenever it changes, however it is replaced: in place, by a rename, or by a symbolic link to
    /// another, as Kubernetes does. Missing or wrong at the start: an <see cref="ArgumentException"/> when the channel is made. Default:
    /// null.
    /// </summary>
    public string? File { get; set; }

    /// <summary>How often <see cref="File"/> is looked at; 10 ms to 1 hour. Default: 1 s.</summary>
    public TimeSpan FilePollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The key in etcd with the document, in full: <c>/project/config/user</c>. Followed live; a cluster that is away is tried until it is
    /// back. Default: null.
    /// </summary>
    public string? EtcdKey { get; set; }

    /// <summary>The name of that cluster, as in targets. Default: empty, for the one without a name.</summary>
    public string EtcdCluster { get; set; } = "";

    /// <summary>
    /// Whether connecting a channel (<see cref="DiscoveryChannel.ConnectAsync(TimeSpan, CancellationToken)"/>) also waits until etcd has
    /// said what stands in <see cref="EtcdKey"/>, or that nothing does. Calls never wait for it. Default: false.
    /// </summary>
    public bool WaitForEtcd { get; set; }

    internal bool IsSet => Json is not null || File is not null || EtcdKey is not null;

    internal ServiceConfigOptions Copy() => (ServiceConfigOptions)MemberwiseClone();

    /// <summary>Equal for options that mean the same.</summary>
    internal object Values() => (Json, File, FilePollInterval, EtcdKey, EtcdCluster, WaitForEtcd);

    internal IEnumerable<string> Problems()
    {
        if (File is not null && EtcdKey is not null)
            yield return $"{nameof(File)} and {nameof(EtcdKey)} are both set. Set one of them.";
        if (File is not null && Json is not null)
            yield return $"{nameof(File)} and {nameof(Json)} are both set. Set one of them.";
        if (File is not null && (string.IsNullOrWhiteSpace(File) || File.Contains('\0', StringComparison.Ordinal)))
            yield return $"{nameof(File)} is no path. Give one such as /etc/my-service/service-config.json, or null.";
        if (FilePollInterval < TimeSpan.FromMilliseconds(10) || FilePollInterval > TimeSpan.FromHours(1))
            yield return $"{nameof(FilePollInterval)} is {FilePollInterval}. Give 10 ms to 1 hour.";
        if (EtcdKey is not null && string.IsNullOrWhiteSpace(EtcdKey))
            yield return $"{nameof(EtcdKey)} is empty. Give a key such as /project/config/user, or null.";
        if (EtcdCluster is null)
            yield return $"{nameof(EtcdCluster)} is null. Give the name of a cluster, or an empty one.";
        if (WaitForEtcd && EtcdKey is null)
            yield return $"{nameof(WaitForEtcd)} is set, but {nameof(EtcdKey)} is not. Set it, or don't wait.";
    }
}
