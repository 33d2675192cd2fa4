using Grpc.Core.Interceptors;
using Grpc.Core;
using Interceptors.Propagation;

namespace Interceptors.Client;

/// <summary>
/// The base of all client interceptors. There are two things to do to a call: prepare it before it is sent (<see cref="Prepare"/>,
/// <see cref="PrepareAsync"/>), and observe how it ends (<see cref="Observes"/>, <see cref="OnStart"/>, <see cref="Reissues"/>,
/// <see cref="OnEnd"/>). Each is written once and holds for all five kinds of call and every way a call can end. Instances are shared by
/// all calls and hold no state of any one.
/// </summary>
public abstract class ClientInterceptor : Interceptor
{
    // After so many calls of which nobody noted anything, nobody will: the channel has no discovery.
    private const int MostUnnoted = 64;

    private readonly ClientInterceptorSteps _steps = ClientInterceptorSteps.All;
    private int _unnoted = 1;

    /// <summary>Creates the interceptor.</summary>
    protected ClientInterceptor()
    {
        Func<PreparingCall, ValueTask> prepare = PrepareAsync;
        if (prepare.Method.DeclaringType != typeof(ClientInterceptor))
            _steps |= ClientInterceptorSteps.PrepareAsync;
    }

    /// <summary>Which of the members below are implemented.</summary>
    internal virtual ClientInterceptorSteps Steps => _steps;

    /// <summary>
    /// What telemetry says of the server, to be noted with <see cref="ClientInterceptorSteps.Explain"/>; null for nothing.
    /// </summary>
    internal virtual IReadOnlyList<KeyValuePair<string, object?>>? ServerTags => null;

    /// <summary>Whether what notes something of calls may be reached asynchronously only.</summary>
    internal bool NotesMustFlow => Volatile.Read(ref _unnoted) is > 0 and < MostUnnoted;

    /// <summary>The method that sends a call has returned.</summary>
    internal void Sent(CallNotes notes)
    {
        // Nearly always neither.
        if (!notes.IsEmpty)
        {
            if (Volatile.Read(ref _unnoted) != 0)
                Volatile.Write(ref _unnoted, 0);
        }
        else if (Volatile.Read(ref _unnoted) < MostUnnoted)
        {
            Interlocked.Increment(ref _unnoted);
        }
    }

    /// <summary>
    /// Changes the outgoing call: its metadata, deadline or credentials. Runs before the call is sent and can't wait for anything.
    /// </summary>
    /// <param name="call">The call; shared with the steps that run before and after this one.</param>
    protected internal virtual void Prepare(ref OutgoingCall call)
    {
    }

    /// <summary>
    /// Prepares what has to be awaited, such as a tenant to be looked up; the call is not sent before. Runs after all
    /// <see cref="Prepare"/> steps, and again for a unary call that is sent again. What this throws ends the call, which is not sent; give
    /// an <see cref="RpcException"/>. A blocking call waits for it. Default: nothing, which costs nothing.
    /// </summary>
    /// <param name="call">The call; its <see cref="PreparingCall.CancellationToken"/> says when nobody waits for it any more.</param>
    /// <returns>A task that completes when the call may be sent.</returns>
    protected internal virtual ValueTask PrepareAsync(PreparingCall call) => ValueTask.CompletedTask;

    /// <summary>Whether to observe the call. Say no where nobody listens: then nothing is built. Default: no.</summary>
    /// <param name="call">The call as prepared.</param>
    protected internal virtual bool Observes(scoped in OutgoingCall call) => false;

    /// <summary>
    /// An observed call is about to be sent. What this throws is reported to <see cref="System.Diagnostics.Trace"/> only.
    /// </summary>
    /// <param name="call">The call.</param>
    protected internal virtual void OnStart(ClientCall call)
    {
    }

    /// <summary>
    /// An observed unary call has failed: whether to send it again, at once and as it is. <see cref="ClientCall.MessagesSent"/> tells how
    /// often it was sent. What this throws counts as no. Default: no.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <param name="error">How this attempt failed.</param>
    protected internal virtual bool Reissues(ClientCall call, RpcException error) => false;

    /// <summary>
    /// An observed call has ended; called once for each, before its caller learns of it. What this throws is reported to
    /// <see cref="System.Diagnostics.Trace"/> only.
    /// </summary>
    /// <param name="call">The call with its final status.</param>
    protected internal virtual void OnEnd(ClientCall call)
    {
    }

    /// <inheritdoc/>
    public sealed override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var state = new CallState(this, context.Method, context.Host, context.Options, request);
        var start = state.Prepare();
        if (state.RootTraceId is { } traceId)
            continuation = RootedCalls.In(traceId, continuation);
        if (!state.IsObserved())
        {
            start?.WaitAsync(CallNotes.Current).GetAwaiter().GetResult();
            return continuation(request, state.In(context));
        }

        state.Start();
        while (true)
        {
            try
            {
                // The caller has chosen to block.
                start?.WaitAsync(state.Notes).GetAwaiter().GetResult();
                state.Sent++;
                TResponse response;
                using (state.Noted())
                    response = continuation(request, state.In(context));
                state.Succeeded();
                return response;
            }
            catch (RpcException exception) when (state.Reissues(exception))
            {
                start = state.PrepareAgain();
            }
            catch (Exception exception) when (state.Failed(exception))
            {
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public sealed override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var state = new CallState(this, context.Method, context.Host, context.Options, request);
        var start = state.Prepare();
        if (state.RootTraceId is { } traceId)
            continuation = RootedCalls.In(traceId, continuation);
        var send = start is null ? continuation : DeferredCalls.After(start, continuation);
        if (!state.IsObserved())
            return send(request, state.In(context));

        state.Start();
        AsyncUnaryCall<TResponse> first;
        try
        {
            state.Sent++;
            using (state.Noted())
                first = send(request, state.In(context));
        }
        catch (Exception exception) when (state.Failed(exception))
        {
            throw;
        }
        if (first.ResponseAsync.IsCompletedSuccessfully)
        {
            state.Succeeded();
            return first;
        }
        return ObservedUnaryCall<TRequest, TResponse>.Observe(first, state, continuation);
    }

    /// <inheritdoc/>
    public sealed override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var state = new CallState(this, context.Method, context.Host, context.Options, request: null);
        var start = state.Prepare();
        if (state.RootTraceId is { } traceId)
            continuation = RootedCalls.In(traceId, continuation);
        if (start is not null)
            continuation = DeferredCalls.After(start, continuation);
        if (state.MessageWriteOptions is { } choose)
            continuation = PerMessageWriteOptions.Around(continuation, choose);
        context = state.In(context);
        if (!state.IsObserved())
            return continuation(context);

        var call = new ObservedClientStreamingCall<TRequest, TResponse>(state);
        AsyncClientStreamingCall<TRequest, TResponse> inner;
        try
        {
            using (call.Noted())
                inner = continuation(context);
        }
        catch (Exception exception) when (call.Failed(exception))
        {
            throw;
        }
        var response = call.Started(inner);
        var upload = new AbandonableUpload<TRequest>(call, new CountedRequestStream<TRequest>(inner.RequestStream, call));
        return WrappedCalls.ClientStreaming(upload, upload, response);
    }

    /// <inheritdoc/>
    public sealed override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var state = new CallState(this, context.Method, context.Host, context.Options, request);
        var start = state.Prepare();
        if (state.RootTraceId is { } traceId)
            continuation = RootedCalls.In(traceId, continuation);
        if (start is not null)
            continuation = DeferredCalls.After(start, continuation);
        context = state.In(context);
        if (!state.IsObserved())
            return continuation(request, context);

        var call = new ObservedResponseStream<TRequest, TResponse>(state);
        AsyncServerStreamingCall<TResponse> inner;
        try
        {
            call.Sent();
            using (call.Noted())
                inner = continuation(request, context);
        }
        catch (Exception exception) when (call.Failed(exception))
        {
            throw;
        }
        call.Started(inner, context.Options.CancellationToken);
        return WrappedCalls.ServerStreaming(call, call);
    }

    /// <inheritdoc/>
    public sealed override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var state = new CallState(this, context.Method, context.Host, context.Options, request: null);
        var start = state.Prepare();
        if (state.RootTraceId is { } traceId)
            continuation = RootedCalls.In(traceId, continuation);
        if (start is not null)
            continuation = DeferredCalls.After(start, continuation);
        if (state.MessageWriteOptions is { } choose)
            continuation = PerMessageWriteOptions.Around(continuation, choose);
        context = state.In(context);
        if (!state.IsObserved())
            return continuation(context);

        var call = new ObservedResponseStream<TRequest, TResponse>(state);
        AsyncDuplexStreamingCall<TRequest, TResponse> inner;
        try
        {
            using (call.Noted())
                inner = continuation(context);
        }
        catch (Exception exception) when (call.Failed(exception))
        {
            throw;
        }
        call.Started(inner, context.Options.CancellationToken);
        return WrappedCalls.Duplex(call, new CountedRequestStream<TRequest>(inner.RequestStream, call), call);
    }
}
