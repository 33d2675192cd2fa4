using System.Diagnostics.CodeAnalysis;
using Grpc.AspNetCore.Server;
using Grpc.Core;

namespace Interceptors.Server;

/// <summary>
/// Ends a call while its handler runs: the handler's token is cancelled, its streams fail, and the call ends with the status, whatever the
/// handler does then. A handler that ignores both goes on, as it does after the end of its deadline.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The source is neither linked nor timed, so there is nothing to dispose.")]
internal sealed class EarlyEnd : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly CancellationTokenRegistration _aborted;
    private object? _status;

    public EarlyEnd(ServerCallContext context)
    {
        // Where GetHttpContext looks in a context that is not the server's own, and so does gRPC's server itself.
        if (context is IServerCallContextFeature)
            context.UserState["__HttpContext"] = context.GetHttpContext();
        Context = new EndableCallContext(context, _source.Token);
        Aborted = context.CancellationToken;
        _aborted = Aborted.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
    }

    /// <summary>The context that the handler gets.</summary>
    public ServerCallContext Context { get; }

    public CancellationToken Token => _source.Token;

    /// <summary>Cancelled when the caller goes away, but not by the early end.</summary>
    public CancellationToken Aborted { get; }

    /// <summary>With what the call has been ended; null if it has not.</summary>
    public Status? Status => Volatile.Read(ref _status) as Status?;

    /// <summary>Ends the call. Handlers that wait go on elsewhere, so this returns at once.</summary>
    public void End(Status status)
    {
        if (Interlocked.CompareExchange(ref _status, status, null) is null)
            ThreadPool.UnsafeQueueUserWorkItem(static source => source.Cancel(), _source, preferLocal: false);
    }

    // Not Dispose of the registration, which would wait for the very callback that may be running this.
    public void Dispose() => _aborted.Unregister();

    private sealed class EndableCallContext(ServerCallContext inner, CancellationToken cancellationToken)
        : ServerCallContext, IServerCallContextFeature
    {
        ServerCallContext IServerCallContextFeature.ServerCallContext => this;

        protected override string MethodCore => inner.Method;

        protected override string HostCore => inner.Host;

        protected override string PeerCore => inner.Peer;

        protected override DateTime DeadlineCore => inner.Deadline;

        protected override Metadata RequestHeadersCore => inner.RequestHeaders;

        protected override CancellationToken CancellationTokenCore => cancellationToken;

        protected override Metadata ResponseTrailersCore => inner.ResponseTrailers;

        protected override Status StatusCore
        {
            get => inner.Status;
            set => inner.Status = value;
        }

        protected override WriteOptions? WriteOptionsCore
        {
            get => inner.WriteOptions;
            set => inner.WriteOptions = value;
        }

        protected override AuthContext AuthContextCore => inner.AuthContext;

        protected override IDictionary<object, object> UserStateCore => inner.UserState;

        protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => inner.WriteResponseHeadersAsync(responseHeaders);

        protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
            inner.CreatePropagationToken(options);
    }
}
