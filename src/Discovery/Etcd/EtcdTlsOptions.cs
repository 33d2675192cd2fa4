namespace Interceptors.Discovery;

/// <summary>
/// How TLS to etcd is spoken with members whose address begins with <c>https</c>. The files are PEM. They are read again for
/// each new connection, so renewed ones are taken over without a restart; ones that can't be used are reported, and the last
/// good ones stay in use.
/// </summary>
public sealed class EtcdTlsOptions
{
    /// <summary>
    /// The certificates of the authorities that are trusted, and no others. Default: null, which means those that the system
    /// trusts.
    /// </summary>
    public string? CaFile { get; set; }

    /// <summary>
    /// The certificate that is shown to a cluster which asks for one (mutual TLS), followed by its intermediates if it has any.
    /// Default: null, which means none.
    /// </summary>
    public string? CertificateFile { get; set; }

    /// <summary>The private key of <see cref="CertificateFile"/>, not encrypted. Default: null.</summary>
    public string? KeyFile { get; set; }

    internal bool IsSet => CaFile is not null || CertificateFile is not null || KeyFile is not null;
}
