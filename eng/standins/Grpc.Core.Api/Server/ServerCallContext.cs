namespace Grpc.Core;

/// <summary>A call that is being served. The public members forward to those that a transport overrides.</summary>
public abstract class ServerCallContext
{
    private Dictionary<object, object>? _userState;

    /// <summary>The path of the call: <c>/service/method</c>.</summary>
    public string Method => MethodCore;

    /// <summary>The host that was called.</summary>
    public string Host => HostCore;

    /// <summary>The client's address.</summary>
    public string Peer => PeerCore;

    /// <summary>When the client gives up, in UTC; <see cref="DateTime.MaxValue"/> means never.</summary>
    public DateTime Deadline => DeadlineCore;

    /// <summary>The request's headers.</summary>
    public Metadata RequestHeaders => RequestHeadersCore;

    /// <summary>Cancelled when nobody waits for the call any more.</summary>
    public CancellationToken CancellationToken => CancellationTokenCore;

    /// <summary>The trailers that will end the response.</summary>
    public Metadata ResponseTrailers => ResponseTrailersCore;

    /// <summary>The status that will end the response, if the handler returns normally.</summary>
    public Status Status
    {
        get => StatusCore;
        set => StatusCore = value;
    }

    /// <summary>How the responses that follow are written.</summary>
    public WriteOptions? WriteOptions
    {
        get => WriteOptionsCore;
        set => WriteOptionsCore = value;
    }

    /// <summary>What is known about the client.</summary>
    public AuthContext AuthContext => AuthContextCore;

    /// <summary>Whatever interceptors and the handler want to share during this call.</summary>
    public IDictionary<object, object> UserState => UserStateCore;

    /// <summary>Overridden by the transport.</summary>
    protected abstract string MethodCore { get; }

    /// <summary>Overridden by the transport.</summary>
    protected abstract string HostCore { get; }

    /// <summary>Overridden by the transport.</summary>
    protected abstract string PeerCore { get; }

    /// <summary>Overridden by the transport.</summary>
    protected abstract DateTime DeadlineCore { get; }

    /// <summary>Overridden by the transport.</summary>
    protected abstract Metadata RequestHeadersCore { get; }

    /// <summary>Overridden by the transport.</summary>
    protected abstract CancellationToken CancellationTokenCore { get; }

    /// <summary>Overridden by the transport.</summary>
    protected abstract Metadata ResponseTrailersCore { get; }

    /// <summary>Overridden by the transport.</summary>
    protected abstract Status StatusCore { get; set; }

    /// <summary>Overridden by the transport.</summary>
    protected abstract WriteOptions? WriteOptionsCore { get; set; }

    /// <summary>Overridden by the transport.</summary>
    protected abstract AuthContext AuthContextCore { get; }

    /// <summary>A dictionary that is made when first asked for, unless overridden.</summary>
    protected virtual IDictionary<object, object> UserStateCore => _userState ??= [];

    /// <summary>Sends the response's headers now rather than with the first response.</summary>
    public Task WriteResponseHeadersAsync(Metadata responseHeaders) => WriteResponseHeadersAsyncCore(responseHeaders);

    /// <summary>A token that ties calls made while serving this one to it.</summary>
    public ContextPropagationToken CreatePropagationToken(ContextPropagationOptions? options = null) =>
        CreatePropagationTokenCore(options);

    /// <summary>Overridden by the transport.</summary>
    protected abstract Task WriteResponseHeadersAsyncCore(Metadata responseHeaders);

    /// <summary>Overridden by the transport.</summary>
    protected abstract ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options);
}
