namespace Interceptors.Discovery;

/// <summary>
/// TLS of a channel. The files are PEM. They are read again for each new connection, so that renewed certificates, intermediates
/// included, need no restart. Files that can't be used are reported, and the last good ones stay in use.
/// </summary>
public sealed class ChannelTlsOptions
{
    /// <summary>
    /// Whether the channel uses TLS. Setting one of the files turns it on too. Default: false, plain text, unless
    /// <see cref="DiscoveryChannelOptions.Credentials"/> say otherwise.
    /// </summary>
    public bool Enabled { get; set; }

    /// <summary>
    /// The certificates of the authorities that are trusted, and no others. Default: null, which means those that the system
    /// trusts.
    /// </summary>
    public string? CaFile { get; set; }

    /// <summary>
    /// The client certificate for servers that ask for one (mutual TLS), followed by its intermediates if it has any.
    /// Default: null, which means none.
    /// </summary>
    public string? CertificateFile { get; set; }

    /// <summary>The private key of <see cref="CertificateFile"/>, not encrypted. Default: null.</summary>
    public string? KeyFile { get; set; }

    internal bool HasFiles => CaFile is not null || CertificateFile is not null || KeyFile is not null;

    internal bool IsOn => Enabled || HasFiles;

    internal IEnumerable<string> Problems()
    {
        if (CertificateFile is null != KeyFile is null)
            yield return $"{nameof(CertificateFile)} and {nameof(KeyFile)} belong together. Set both or neither.";
        else if (HasFiles && EtcdTls.ProblemOf(ToFiles()) is { } problem)
            yield return problem;
    }

    internal EtcdTlsOptions ToFiles() => new() { CaFile = CaFile, CertificateFile = CertificateFile, KeyFile = KeyFile };
}
