using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Grpc.Core;
using Grpc.Net.Client;

namespace Interceptors.Discovery;

/// <summary>One member of the cluster, or what stands at one of several addresses of a name, and the connection to it.</summary>
internal sealed class EtcdMember : IDisposable
{
    private readonly HttpClient _http;
    private readonly GrpcChannel _channel;
    private readonly Uri _uri;
    private readonly EtcdTls _tls;
    private readonly TimeSpan _connectTimeout;

    /// <summary>
    /// No answer of etcd is larger than this and the largest value. What etcd could send is not bounded; what is read here is, or one
    /// service with large values takes all memory.
    /// </summary>
    private const int MaxAnswerSize = 32 * 1024 * 1024;

    public EtcdMember(string endpoint, IPAddress address, EtcdOptions options, EtcdTls tls, TimeSpan pingDelay)
    {
        PingDelay = pingDelay;
        Endpoint = endpoint;
        Address = address;
        _uri = new Uri(endpoint);
        _tls = tls;
        _connectTimeout = options.ConnectTimeout;
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = ConnectAsync,
            ConnectTimeout = Timeout.InfiniteTimeSpan,
            EnableMultipleHttp2Connections = true,
            // A page of a list then comes without waiting for the window to grow.
            InitialHttp2StreamWindowSize = 1024 * 1024,
            // A frozen or cut off server shows nothing else. Pinging without active requests breaks etcd's ping rule.
            KeepAlivePingDelay = pingDelay,
            KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            UseProxy = false,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _channel = GrpcChannel.ForAddress(endpoint, new GrpcChannelOptions
        {
            // Given as a client, not as a handler, so that each request connects afresh: grpc-dotnet's own connecting
            // backs off for up to two minutes after an outage. Waiting is decided in one place, the loops that use this.
            HttpClient = _http,
            // A page of a large list, and a part of a long absence's events, exceed the usual 4 MB.
            MaxReceiveMessageSize = MaxAnswerSize,
        });
        Invoker = _channel.CreateCallInvoker();
    }

    /// <summary>How often it is pinged.</summary>
    public TimeSpan PingDelay { get; }

    public string Endpoint { get; }

    public IPAddress Address { get; }

    public CallInvoker Invoker { get; }

    /// <summary>For messages: a name alone does not say which of its addresses failed.</summary>
    public override string ToString() =>
        _uri.HostNameType == UriHostNameType.Dns ? $"{Endpoint} ({Address})" : Endpoint;

    public void Dispose()
    {
        _channel.Dispose();
        _http.Dispose();
    }

    // The name has been resolved already, to this member's address. It still is what the member's certificate has to name.
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_connectTimeout, PoolTime.Shared);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        var socket = new Socket(Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(Address, _uri.Port), bound.Token).ConfigureAwait(false);
            var stream = new NetworkStream(socket, ownsSocket: true);
            if (_uri.Scheme != Uri.UriSchemeHttps)
                return stream;
            var secure = new SslStream(stream);
            try
            {
                await secure.AuthenticateAsClientAsync(_tls.OptionsFor(_uri.IdnHost), bound.Token).ConfigureAwait(false);
            }
            catch (IOException exception)
            {
                throw new AuthenticationException(exception.Message, exception);
            }

            return secure;
        }
        catch (Exception exception)
        {
            socket.Dispose();
            if (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                throw new TimeoutException($"no connection within {_connectTimeout.TotalSeconds:0.###} s", exception);
            throw;
        }
    }
}
