using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Interceptors.Client;

/// <summary>
/// A call that may go over plain text, where grpc-dotnet ignores call credentials: the token goes into the call's own copy of the
/// metadata, each time it is sent. If the token must first be fetched, the call starts when it is there.
/// </summary>
internal sealed class PlainTextCall(FallbackTokenInterceptor owner, string method) : InsideInterceptor, ITokenBearer
{
    public FallbackTokenInterceptor Owner => owner;

    public AccessToken? Used { get; set; }

    public AccessToken? Dropped { get; set; }

    public AccessToken? Refused { get; set; }

    public RpcException? Refusal { get; set; }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        // The caller has chosen to block.
        if (AddToken(context.Options) is { } pending)
        {
            using var waiting = new WaitingCall<IDisposable>(pending, static () => NoCall.Instance);
            waiting.Started.GetAwaiter().GetResult();
        }
        return continuation(request, context);
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
        AddToken(context.Options) is { } pending
            ? WaitingCalls.Unary(new WaitingCall<AsyncUnaryCall<TResponse>>(pending, () => continuation(request, context)))
            : continuation(request, context);

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) =>
        AddToken(context.Options) is { } pending
            ? WaitingCalls.ServerStreaming(new WaitingCall<AsyncServerStreamingCall<TResponse>>(pending, () => continuation(request, context)))
            : continuation(request, context);

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation) =>
        AddToken(context.Options) is { } pending
            ? WaitingCalls.ClientStreaming(new WaitingCall<AsyncClientStreamingCall<TRequest, TResponse>>(pending, () => continuation(context)))
            : continuation(context);

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation) =>
        AddToken(context.Options) is { } pending
            ? WaitingCalls.Duplex(new WaitingCall<AsyncDuplexStreamingCall<TRequest, TResponse>>(pending, () => continuation(context)))
            : continuation(context);

    /// <summary>Adds the token if it is at hand; else says what to wait for.</summary>
    private Wait? AddToken(CallOptions options)
    {
        // The copy that Prepare made.
        var headers = options.Headers!;
        var cancellation = new CancellationTokenSource();
        var pending = owner.GetTokenAsync(this, new TokenRequestContext(method, serviceUrl: null), cancellation.Token);
        if (!pending.IsCompletedSuccessfully)
            return new Wait(SetAsync(headers, pending), cancellation, options);
        cancellation.Dispose();
        Set(headers, pending.Result);
        return null;
    }

    private static async Task SetAsync(Metadata headers, ValueTask<AccessToken?> pending) => Set(headers, await pending.ConfigureAwait(false));

    private static void Set(Metadata headers, AccessToken? token)
    {
        for (var i = headers.Count - 1; i >= 0; i--)
        {
            if (headers[i].Key == FallbackTokenInterceptor.HeaderKey)
                headers.RemoveAt(i);
        }
        if (token is not null)
            headers.Add(token.Entry);
    }

    private sealed class NoCall : IDisposable
    {
        public static readonly NoCall Instance = new();

        public void Dispose()
        {
        }
    }
}
