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

    /// <summary>For one connection.</summary>
    /// <param name="host">What the server's certificate has to name.</param>
    /// <param name="onProblem">Told what is wrong with it, and which option mends that.</param>
    public SslClientAuthenticationOptions OptionsFor(string host, Action<string> onProblem)
    {
        var result = _files.OptionsFor(host);
        result.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            IsTrusted(host, certificate, chain, errors, onProblem);
        return result;
    }

    private bool IsTrusted(
        string host, X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors, Action<string> onProblem)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        var subject = SafeText.Of(shown?.Subject ?? "(none)");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            LogWrongName(logger, subject, host);
            onProblem($"its certificate {subject} is not for the name {host}. Give another {nameof(DiscoveryChannelOptions)}."
                + $"{nameof(DiscoveryChannelOptions.Resolution)}.{nameof(DiscoveryResolverOptions.Authority)}, "
                + "or the server a certificate for it.");
            return false;
        }

        var (authorities, problems) = (options.CaFile ?? "the system", string.Join(", ", chain?.ChainStatus.Select(s => s.Status) ?? []));
        LogNotTrusted(logger, subject, authorities, problems);
        onProblem($"its certificate {subject} is not trusted by the authorities in {authorities}: {problems}. "
            + $"Give its authority's file as {nameof(DiscoveryChannelOptions)}.{nameof(DiscoveryChannelOptions.Tls)}."
            + $"{nameof(options.CaFile)}.");
        return false;
    }
}
