using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

/// <summary>
/// What the connections of a channel are secured with. The files are looked at for each connection, so that renewed ones are taken over.
/// </summary>
internal sealed partial class ChannelTls(ChannelTlsOptions options, ILogger logger)
{
    private readonly EtcdTls _files = new(options.ToFiles(), logger);

    /// <summary>For one connection, to the host that the server's certificate has to name.</summary>
    public SslClientAuthenticationOptions OptionsFor(string host)
    {
        var result = _files.OptionsFor(host);
        result.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(host, certificate, chain, errors);
        return result;
    }

    private bool IsTrusted(string host, X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        var subject = shown?.Subject ?? "(none)";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            LogWrongName(logger, subject, host);
        else
            LogNotTrusted(
                logger, subject, options.CaFile ?? "the system", string.Join(", ", chain?.ChainStatus.Select(s => s.Status) ?? []));
        return false;
    }
}
