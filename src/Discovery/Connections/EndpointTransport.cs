using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

/// <summary>
/// Makes the connections to the endpoints of a target: TCP or a Unix socket, TLS with its name check and ALPN, and HTTP/2's settings.
/// </summary>
internal sealed class EndpointTransport
{
    // Few, since each step of a call may wait for as many on the thread pool. One that waits for the network longer gives its place away.
    private const int MostAtOnce = 32;
    private static readonly TimeSpan LongestHold = TimeSpan.FromMilliseconds(50);

    private readonly ChannelTls _tls;
    private readonly ConnectionThrottle _throttle;

    public EndpointTransport(ConnectionSettings settings, TimeProvider time, ILogger logger)
    {
        Settings = settings;
        Time = time;
        Logger = logger;
        _tls = new ChannelTls(settings.Tls(), logger);
        _throttle = new ConnectionThrottle(MostAtOnce, LongestHold, time);
    }

    public ConnectionSettings Settings { get; }

    public TimeProvider Time { get; }

    public ILogger Logger { get; }

    public ConnectionStarter Starter { get; } = new();

    /// <summary>The target whose endpoints are connected, for metrics.</summary>
    public string Target { get; init; } = "";

    /// <summary>Counts connections; null for nobody.</summary>
    public GrpcMetrics? Metrics { get; init; }

    /// <summary>The scheme of requests over these connections.</summary>
    public string Scheme => Settings.IsSecure ? Uri.UriSchemeHttps : Uri.UriSchemeHttp;

    /// <summary>Connects to an endpoint; the connection is ready for calls when this returns.</summary>
    /// <param name="endpoint">Where to.</param>
    /// <param name="authority">Whose certificate the server must have; null for the endpoint's host.</param>
    /// <param name="onEnded">Told when the connection takes no calls any more.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The stream for an HTTP client, and the connection below it.</returns>
    /// <exception cref="EndpointUnavailableException">It can't be connected; the message says why, for people.</exception>
    public async Task<(Stream Stream, PreparedConnection Connection)> ConnectAsync(
        DiscoveryEndpoint endpoint, string? authority, Action<PreparedConnection> onEnded, CancellationToken cancellationToken)
    {
        using var place = await _throttle.EnterAsync(cancellationToken).ConfigureAwait(false);
        using var bound = new CancellationTokenSource(Settings.ConnectTimeout, PoolTime.Of(Time));
        using var ended = cancellationToken.UnsafeRegister(static bound => ((CancellationTokenSource)bound!).Cancel(), bound);
        Stream? stream = null;
        var step = ConnectStep.Network;
        string? certificateProblem = null;
        try
        {
            var network = new NetworkStream(await OpenAsync(endpoint, bound.Token).ConfigureAwait(false), ownsSocket: true);
            stream = network;
            PreparedConnection connection;
            if (Settings.IsSecure)
            {
                var tls = new PreparedTlsStream(network, onEnded);
                stream = tls;
                connection = tls.Connection;
                step = ConnectStep.Tls;
                var options = _tls.OptionsFor(HostOf(authority) ?? endpoint.Host, problem => certificateProblem = problem);
                options.ApplicationProtocols = [Settings.IsHttp2 ? SslApplicationProtocol.Http2 : SslApplicationProtocol.Http11];
                await tls.AuthenticateAsClientAsync(options, bound.Token).ConfigureAwait(false);
                if (Settings.IsHttp2 && tls.NegotiatedApplicationProtocol != SslApplicationProtocol.Http2)
                    throw new EndpointUnavailableException("it speaks TLS but offers no HTTP/2 (ALPN h2)");
            }
            else
            {
                var plain = new PreparedStream(network, onEnded);
                stream = plain;
                connection = plain.Connection;
            }

            step = ConnectStep.Http2;
            if (Settings.IsHttp2)
                await connection.PrepareAsync(bound.Token).ConfigureAwait(false);
            return (stream, connection);
        }
        catch (Exception exception)
        {
            if (stream is not null)
                await stream.DisposeAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            Metrics?.NotConnected(Target);
            var reason = ConnectFailure.Explain(exception, step, Settings, certificateProblem);
            throw new EndpointUnavailableException($"{endpoint} can't be connected: {reason}", exception);
        }
    }

    /// <summary>The host of a name with or without a port.</summary>
    private static string? HostOf(string? authority) =>
        authority is null ? null : DiscoveryEndpoint.TryParse(authority, out var withPort) ? withPort.Host : authority.Trim('[', ']');

    private static Task<Socket> OpenAsync(DiscoveryEndpoint endpoint, CancellationToken cancellationToken) =>
        endpoint.UnixSocketPath is { } path
            ? OpenAsync(new UnixDomainSocketEndPoint(path), ProtocolType.Unspecified, cancellationToken)
            : IPAddress.TryParse(endpoint.Host, out var address)
                ? OpenAsync(new IPEndPoint(address, endpoint.Port), ProtocolType.Tcp, cancellationToken)
                : OpenByNameAsync(endpoint, cancellationToken);

    private static async Task<Socket> OpenByNameAsync(DiscoveryEndpoint endpoint, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(endpoint.Host, cancellationToken).ConfigureAwait(false);
        Exception? last = null;
        foreach (var candidate in addresses)
        {
            try
            {
                return await OpenAsync(new IPEndPoint(candidate, endpoint.Port), ProtocolType.Tcp, cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException exception)
            {
                last = exception;
            }
        }

        throw last ?? new EndpointUnavailableException("its name has no address");
    }

    private static async Task<Socket> OpenAsync(EndPoint address, ProtocolType protocol, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, protocol);
        try
        {
            if (protocol == ProtocolType.Tcp)
                socket.NoDelay = true;
            await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
