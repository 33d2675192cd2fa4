namespace Interceptors.Discovery;

/// <summary>
/// How instances of a service stand in etcd. Values are read tolerantly: unknown members, members in another case, numbers as
/// texts, missing or odd metadata, and plain <c>host:port</c> in every format. A value that can't be read is skipped and logged
/// with its key; it costs no other.
/// </summary>
public enum EndpointFormat
{
    /// <summary>
    /// Reads each value by its shape: plain text (<c>10.0.0.1:80</c>, <c>http://10.0.0.1:80</c>), JSON with a host and a port of their own
    /// (<c>ip</c> or <c>address</c>, and <c>port</c>), or JSON with a member that only one format has (<c>Addr</c>, <c>nodes</c>,
    /// <c>Host</c>, <c>address</c>, <c>endpoints</c>, looked for in this order). Keys, and what is registered, are plain, except under the
    /// roots that are some framework's own: <c>/microservices/</c>, <c>kitex/registry-etcd/</c> and <c>/micro/registry/</c>.
    /// </summary>
    Detect,

    /// <summary>
    /// Key: prefix + <c>service/instance</c>. Value: <c>10.0.0.1:80</c>. No metadata, no weight.
    /// </summary>
    Plain,

    /// <summary>
    /// etcd's own Go package <c>naming/endpoints</c>, so that a Go client dials <c>etcd:///service</c>. Key:
    /// <c>service/anything</c>, without a prefix unless one is chosen. Value: <c>{"Op":0,"Addr":"10.0.0.1:80","Metadata":null}</c>; with
    /// weight, zone, version or tags, <c>Metadata</c> is a text that holds a JSON object, because Go ends the process at anything
    /// but null and text.
    /// </summary>
    EtcdNaming,

    /// <summary>go-zero: like <see cref="Plain"/>, without a prefix.</summary>
    GoZero,

    /// <summary>
    /// Kratos. Key: <c>/microservices/service/instance</c>. Only <c>grpc://</c> and <c>grpcs://</c> endpoints count.
    /// </summary>
    Kratos,

    /// <summary>Kitex. Key: <c>kitex/registry-etcd/service/address</c>. A weight that is not positive is 10.</summary>
    Kitex,

    /// <summary>go-micro. Key: <c>/micro/registry/service/instance</c>, a slash in the name being a dash.</summary>
    GoMicro,

    /// <summary>
    /// dubbo-go, registered by application. Key: <c>/services/application/address</c>. Instances that are not enabled or not
    /// healthy count as absent; the port is that of the triple protocol.
    /// </summary>
    DubboGo,
}
