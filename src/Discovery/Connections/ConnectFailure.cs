using System.Globalization;
using System.Net.Sockets;

namespace Interceptors.Discovery;

/// <summary>Says why an endpoint can't be connected, and which option mends it.</summary>
internal static class ConnectFailure
{
    private const string Tls = $"{nameof(DiscoveryChannelOptions)}.{nameof(DiscoveryChannelOptions.Tls)}";

    /// <param name="exception">What came of it.</param>
    /// <param name="step">How far it had come.</param>
    /// <param name="settings">What it was made with.</param>
    /// <param name="certificateProblem">What is wrong with the server's certificate; null if nothing is.</param>
    public static string Explain(Exception exception, ConnectStep step, ConnectionSettings settings, string? certificateProblem)
    {
        if (certificateProblem is not null)
            return certificateProblem;
        if (exception is OperationCanceledException or TimeoutException)
        {
            var limit = settings.ConnectTimeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
            return $"it did not answer within {limit} s "
                + $"({nameof(DiscoveryChannelOptions)}.{nameof(DiscoveryChannelOptions.ConnectTimeout)})";
        }

        var reason = exception is IOException { InnerException: SocketException socket } ? socket.Message : exception.Message;
        if (reason == Http2Frame.Http11Required)
            return reason;
        return Hint(step, settings) is { } hint ? $"{reason.TrimEnd('.')}. {hint}" : reason;
    }

    private static string? Hint(ConnectStep step, ConnectionSettings settings) => step switch
    {
        ConnectStep.Network => null,
        ConnectStep.Tls => $"If it has no TLS, don't set {Tls}.",
        _ when !settings.IsSecure => $"If it has TLS, set {Tls}.{nameof(ChannelTlsOptions.Enabled)}.",
        _ when settings.TlsFiles.Certificate is null =>
            $"If it asks clients for a certificate, give {Tls}.{nameof(ChannelTlsOptions.CertificateFile)} "
            + $"and {nameof(ChannelTlsOptions.KeyFile)}.",
        _ => $"If it refuses this client's certificate, give another {Tls}.{nameof(ChannelTlsOptions.CertificateFile)}.",
    };
}
