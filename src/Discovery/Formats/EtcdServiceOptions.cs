namespace Interceptors.Discovery;

/// <summary>How one service stands in etcd, where that differs from the others.</summary>
public sealed class EtcdServiceOptions
{
    /// <summary>Its format. Default: null, which means <see cref="EtcdOptions.Format"/>.</summary>
    public EndpointFormat? Format { get; set; }

    /// <summary>A format of your own, instead of <see cref="Format"/> and <see cref="Prefix"/>. Default: null.</summary>
    public IEndpointFormat? CustomFormat { get; set; }

    /// <summary>
    /// What its keys start with, before the name of the service. Empty, or ends with a slash. Default: null, which means the
    /// root of its own <see cref="Format"/> if that is another framework's, else <see cref="EtcdOptions.Prefix"/>.
    /// </summary>
    public string? Prefix { get; set; }
}
