using Grpc.Core;
using Grpc.Net.Client;

namespace Interceptors.Discovery;

/// <summary>The calls of a channel, each begun once it is known where to send it, unless its end comes before.</summary>
internal sealed class HeldCallInvoker(GrpcChannel channel, bool isSecure) : CallInvoker
{
    private readonly CallInvoker _inner = channel.CreateCallInvoker();
    private readonly FirstAnswer _answer = new(channel);

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        if (MustHold(options))
            _answer.WaitAsync(options, disposed: default).GetAwaiter().GetResult();
        return _inner.BlockingUnaryCall(method, host, options, request);
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        MustHold(options) ? HoldUnary(method, host, Kept(options), request) : _inner.AsyncUnaryCall(method, host, options, request);

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        MustHold(options) ? HoldClientStreaming(method, host, Kept(options)) : _inner.AsyncClientStreamingCall(method, host, options);

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        MustHold(options)
            ? HoldServerStreaming(method, host, Kept(options), request)
            : _inner.AsyncServerStreamingCall(method, host, options, request);

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        MustHold(options) ? HoldDuplex(method, host, Kept(options)) : _inner.AsyncDuplexStreamingCall(method, host, options);

    // A deadline in local time is refused when the call begins, and so at once.
    private bool MustHold(CallOptions options) =>
        !_answer.IsKnown && options.Deadline is null or { Kind: DateTimeKind.Utc } or { Ticks: 0 } or { Ticks: long.MaxValue };

    // Whoever makes a call may use its metadata for something else afterwards.
    private CallOptions Kept(CallOptions options)
    {
        // As a call that begins now would: whoever gave them sees by it that the channel takes them.
        if (isSecure)
            CredentialQuestion.Ask(options.Credentials);
        if (options.Headers is not { Count: > 0 } headers)
            return options;
        var copy = new Metadata();
        foreach (var entry in headers)
            copy.Add(entry);
        return options.WithHeaders(copy);
    }

    // Methods of their own, so that what they capture is made for the first calls of a channel only.
    private AsyncUnaryCall<TResponse> HoldUnary<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        where TRequest : class
        where TResponse : class =>
        HeldCalls.Unary(new HeldCall<AsyncUnaryCall<TResponse>>(
            _answer, options, () => _inner.AsyncUnaryCall(method, host, options, request)));

    private AsyncClientStreamingCall<TRequest, TResponse> HoldClientStreaming<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
        where TRequest : class
        where TResponse : class =>
        HeldCalls.ClientStreaming(new HeldCall<AsyncClientStreamingCall<TRequest, TResponse>>(
            _answer, options, () => _inner.AsyncClientStreamingCall(method, host, options)));

    private AsyncServerStreamingCall<TResponse> HoldServerStreaming<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        where TRequest : class
        where TResponse : class =>
        HeldCalls.ServerStreaming(new HeldCall<AsyncServerStreamingCall<TResponse>>(
            _answer, options, () => _inner.AsyncServerStreamingCall(method, host, options, request)));

    private AsyncDuplexStreamingCall<TRequest, TResponse> HoldDuplex<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
        where TRequest : class
        where TResponse : class =>
        HeldCalls.Duplex(new HeldCall<AsyncDuplexStreamingCall<TRequest, TResponse>>(
            _answer, options, () => _inner.AsyncDuplexStreamingCall(method, host, options)));
}
