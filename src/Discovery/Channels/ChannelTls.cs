using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

/// <summary>
/// What the connections of a channel are secured with. An HTTP handler keeps the options that it was given, so what may be
/// renewed is asked for by callbacks, for each connection.
/// </summary>
internal sealed partial class ChannelTls(ChannelTlsOptions options, ILogger logger)
{
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    private readonly EtcdTls _files = new(options.ToFiles(), logger);

    public SslClientAuthenticationOptions Options()
    {
        var result = new SslClientAuthenticationOptions();
        if (options.CaFile is not null)
            result.RemoteCertificateValidationCallback = IsTrusted;
        // A callback can name one certificate only, without those between it and the authority.
        if (Now().ClientCertificateContext is { IntermediateCertificates.Count: > 0 } chain)
            result.ClientCertificateContext = chain;
        else if (options.CertificateFile is not null)
            result.LocalCertificateSelectionCallback = (_, _, _, _, _) => Now().ClientCertificateContext!.TargetCertificate;
        return result;
    }

    private SslClientAuthenticationOptions Now() => _files.OptionsFor(host: "");

    private bool IsTrusted(object sender, X509Certificate? shown, X509Chain? sent, SslPolicyErrors errors)
    {
        if (shown is not X509Certificate2 certificate)
            return false;
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            LogWrongName(logger, certificate.Subject, (sender as SslStream)?.TargetHostName);
            return false;
        }

        using var chain = new X509Chain { ChainPolicy = Now().CertificateChainPolicy! };
        chain.ChainPolicy.ApplicationPolicy.Add(ServerAuthentication);
        if (sent is not null)
            chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        if (chain.Build(certificate))
            return true;
        LogNotTrusted(logger, certificate.Subject, options.CaFile!, string.Join(", ", chain.ChainStatus.Select(s => s.Status)));
        return false;
    }
}
