using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Interceptors.Client;

/// <summary>
/// Writes the token into the metadata of one call, for channels without TLS, on which grpc-dotnet ignores call credentials. If the token
/// must be fetched first, the call is deferred until it is there.
/// </summary>
internal sealed class TokenHeaderInterceptor(FallbackTokenInterceptor owner, string method) : InnermostInterceptor, ICallToken
{
    public FallbackTokenInterceptor Owner => owner;

    public AccessToken? Used { get; set; }

    public AccessToken? Dropped { get; set; }

    public AccessToken? Refused { get; set; }

    public RpcException? Refusal { get; set; }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        // The caller has chosen to block.
        if (AddToken(context.Options) is { } pending)
            pending.WaitAsync().GetAwaiter().GetResult();
        return continuation(request, context);
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
        AddToken(context.Options) is { } pending
            ? new DeferredCall<TRequest, TResponse>(pending, () => continuation(request, context)).Unary()
            : continuation(request, context);

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) =>
        AddToken(context.Options) is { } pending
            ? new DeferredCall<TRequest, TResponse>(pending, () => continuation(request, context)).ServerStreaming()
            : continuation(request, context);

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation) =>
        AddToken(context.Options) is { } pending
            ? new DeferredCall<TRequest, TResponse>(pending, () => continuation(context)).ClientStreaming()
            : continuation(context);

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation) =>
        AddToken(context.Options) is { } pending
            ? new DeferredCall<TRequest, TResponse>(pending, () => continuation(context)).Duplex()
            : continuation(context);

    /// <summary>Adds the token if it is at hand; else says what to wait for.</summary>
    private DeferredStart? AddToken(CallOptions options)
    {
        // The copy that Prepare made.
        var headers = options.Headers!;
        var cancellation = new CancellationTokenSource();
        var pending = owner.GetTokenAsync(this, new TokenRequestContext(method, serviceUrl: null), cancellation.Token);
        if (!pending.IsCompletedSuccessfully)
            return new DeferredStart(SetAsync(headers, pending), cancellation, options);
        cancellation.Dispose();
        Set(headers, pending.Result);
        return null;
    }

    private static async Task SetAsync(Metadata headers, ValueTask<AccessToken?> pending) =>
        Set(headers, await pending.ConfigureAwait(false));

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
}
