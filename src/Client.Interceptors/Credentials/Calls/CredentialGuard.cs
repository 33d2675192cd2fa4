using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Interceptors.Client;

/// <summary>
/// Finds out whether a channel has TLS, and call credentials of its own, by watching how a call starts. On a channel with TLS grpc-dotnet
/// asks for call credentials before it returns the call; without TLS it never does and sends the call without them. The result is
/// remembered for each invoker.
/// </summary>
internal sealed class CredentialGuard : InnermostInterceptor
{
    private readonly ConditionalWeakTable<CallInvoker, Invoker> _invokers = [];

    // Mostly the same one again, and cheaper to look at than the table.
    private volatile Invoker? _last;

    public static RpcException PlainTextRefused() => new(new Status(
        StatusCode.Unauthenticated,
        "The channel has no TLS, so the fallback token is not sent over it. Use TLS, or allow it with "
        + $"{nameof(FallbackTokenOptions)}.{nameof(FallbackTokenOptions.AllowPlainText)}."));

    // Known to take our credentials and to have none of its own, the channel needs no guard, and calls can share theirs.
    public override bool IsNeeded(ref OutgoingCall call, Delegate continuation)
    {
        if (continuation.Target is CallInvoker target
            && (_last is { } last && last.Is(target) ? last : Find(target)) is { TakesOurs: true })
            return false;
        if (call.Credentials is SharedCallCredentials shared)
            call.Credentials = new FallbackCallCredentials(shared.Owner, call.Method.FullName);
        return true;
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var start = Enter(context.Options, continuation);
        try
        {
            var response = continuation(request, context);
            start.ThrowIfPlainText();
            return response;
        }
        catch (RpcException) when (start.ShowsPlainText)
        {
            start.ThrowIfPlainText();
            throw;
        }
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var start = Enter(context.Options, continuation);
        var call = continuation(request, context);
        return start.Stands(call) ? call : continuation(request, context);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var start = Enter(context.Options, continuation);
        var call = continuation(request, context);
        return start.Stands(call) ? call : continuation(request, context);
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var start = Enter(context.Options, continuation);
        var call = continuation(context);
        return start.Stands(call) ? call : continuation(context);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var start = Enter(context.Options, continuation);
        var call = continuation(context);
        return start.Stands(call) ? call : continuation(context);
    }

    private Invoker? Find(CallInvoker target) => _invokers.TryGetValue(target, out var known) ? _last = known : null;

    private CallStart Enter(CallOptions options, Delegate continuation)
    {
        var credentials = (FallbackCallCredentials)options.Credentials!;
        // Behind interceptors that close over the call there is no telling: each call finds out for itself.
        if (continuation.Target is CallInvoker target)
            credentials.Invoker = _invokers.GetOrAdd(target, static target => new Invoker(target));
        if (credentials.Invoker is { IsPlainText: true })
            throw PlainTextRefused();
        credentials.YieldsToChannel |= credentials.Invoker is { HasCredentials: true };
        return new CallStart(credentials, credentials.YieldsToChannel, Tells(options));
    }

    /// <summary>A call that has ended before it starts tells nothing about the channel.</summary>
    private static bool Tells(CallOptions options) =>
        !options.CancellationToken.IsCancellationRequested
        && (options.Deadline is not { } deadline || deadline > TimeProvider.System.GetUtcNow().UtcDateTime);

    /// <summary>How a call started.</summary>
    /// <param name="Credentials">The call's credentials.</param>
    /// <param name="Yielded">Whether they had nothing to add from the beginning.</param>
    /// <param name="Tells">Whether its start tells anything about the channel.</param>
    private readonly record struct CallStart(FallbackCallCredentials Credentials, bool Yielded, bool Tells)
    {
        public bool ShowsPlainText => Tells && !Credentials.IsAsked;

        /// <summary>Whether the call goes on. If not it was stopped before anything was sent, so it can start again.</summary>
        public bool Stands(IDisposable call)
        {
            if (!ShowsPlainText && (Yielded || !Credentials.YieldsToChannel))
                return true;
            call.Dispose();
            ThrowIfPlainText();
            return false;
        }

        public void ThrowIfPlainText()
        {
            if (!ShowsPlainText)
                return;
            if (Credentials.Invoker is { } invoker)
                invoker.IsPlainText = true;
            throw PlainTextRefused();
        }
    }

    /// <summary>What is known of the channel behind an invoker; it never changes.</summary>
    internal sealed class Invoker(CallInvoker target)
    {
        // Weak: an interceptor may outlive the channels of its calls.
        private readonly WeakReference<CallInvoker> _target = new(target);

        public volatile bool IsPlainText;
        public volatile bool HasCredentials;
        public volatile bool TakesOurs;

        public bool Is(CallInvoker other) => _target.TryGetTarget(out var target) && ReferenceEquals(target, other);
    }
}
