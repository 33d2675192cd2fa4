using Grpc.Core;
using Grpc.Net.Client;

namespace Interceptors.Discovery;

/// <summary>One member of the cluster and the connection to it.</summary>
internal sealed class EtcdMember : IDisposable
{
    private readonly HttpClient _http;
    private readonly GrpcChannel _channel;

    public EtcdMember(string endpoint, EtcdOptions options)
    {
        Endpoint = endpoint;
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectTimeout = options.ConnectTimeout,
            EnableMultipleHttp2Connections = true,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            // A frozen or cut off server shows nothing else. Pinging without active requests breaks etcd's ping rule.
            KeepAlivePingDelay = TimeSpan.FromSeconds(10),
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
            // A member's answer to a large list, and a long absence's events, exceed the usual 4 MB.
            MaxReceiveMessageSize = null,
        });
        Invoker = _channel.CreateCallInvoker();
    }

    public string Endpoint { get; }

    public CallInvoker Invoker { get; }

    public void Dispose()
    {
        _channel.Dispose();
        _http.Dispose();
    }
}
