using System.Collections.Concurrent;
using Grpc.Core;
using Interceptors.Testing.Calls;

namespace Interceptors.Testing;

/// <summary>
/// Answers calls of every kind without a server, for tests of client interceptors:
/// <c>new Greeter.GreeterClient(invoker.Intercept(yours))</c>. It keeps the options of each call. A call ends as over the wire: by its
/// answer, its cancellation token, its deadline, or <c>Dispose</c>.
/// </summary>
/// <remarks>
/// An exception of the answer other than <see cref="RpcException"/> is a mistake in the test: the call fails with it, unchanged.
/// </remarks>
public sealed class TestCallInvoker : CallInvoker
{
    private readonly ConcurrentQueue<CallOptions> _calls = new();
    private readonly Func<TestCall, Task> _handler;
    private readonly TimeProvider _time;

    /// <summary>An invoker whose responses follow from the requests. For anything else there is <see cref="WithHandler"/>.</summary>
    /// <param name="answer">
    /// Gives the response to a request, or throws an <see cref="RpcException"/>. Server streaming: it gives all responses, as
    /// <see cref="IEnumerable{T}"/>. Client streaming: it gets all requests, as <see cref="IReadOnlyList{T}"/>. Duplex streaming: it gives
    /// one response to each request.
    /// </param>
    /// <param name="timeProvider">The clock and the timers of deadlines; default: the system's.</param>
    public TestCallInvoker(Func<object, object> answer, TimeProvider? timeProvider = null)
        : this(call => call.AnswerAsync(answer), timeProvider)
    {
        ArgumentNullException.ThrowIfNull(answer);
    }

    private TestCallInvoker(Func<TestCall, Task> handler, TimeProvider? timeProvider)
    {
        _handler = handler;
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <summary>The options of the calls so far, with headers, deadline and token as interceptors have left them. A copy.</summary>
    public IReadOnlyList<CallOptions> Calls => [.. _calls];

    /// <summary>An invoker that hands each call to a handler, which reads, writes and waits as a server does.</summary>
    /// <param name="handler">Handles a call. It ends the call when it returns, or throws an <see cref="RpcException"/>.</param>
    /// <param name="timeProvider">The clock and the timers of deadlines; default: the system's.</param>
    public static TestCallInvoker WithHandler(Func<TestCall, Task> handler, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new(handler, timeProvider);
    }

    /// <inheritdoc/>
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        // On the pool: the handler may wait, and the caller's context is blocked.
        return Task.Run(() => Start(method, options, request).ResponseAsync()).GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = Start(method, options, request);
        return new AsyncUnaryCall<TResponse>(
            Observed(call.ResponseAsync()), call.Headers, () => End(call).Status, () => End(call).Trailers, call.Dispose);
    }

    /// <inheritdoc/>
    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = Start(method, options, request);
        return new AsyncServerStreamingCall<TResponse>(
            new TestResponseStream<TRequest, TResponse>(call), call.Headers,
            () => End(call).Status, () => End(call).Trailers, call.Dispose);
    }

    /// <inheritdoc/>
    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = Start(method, options, request: null);
        return new AsyncClientStreamingCall<TRequest, TResponse>(
            new TestRequestStream<TRequest, TResponse>(call), Observed(call.ResponseAsync()), call.Headers,
            () => End(call).Status, () => End(call).Trailers, call.Dispose);
    }

    /// <inheritdoc/>
    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = Start(method, options, request: null);
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            new TestRequestStream<TRequest, TResponse>(call), new TestResponseStream<TRequest, TResponse>(call), call.Headers,
            () => End(call).Status, () => End(call).Trailers, call.Dispose);
    }

    private static TestCallEnd End<TRequest, TResponse>(TestCallRun<TRequest, TResponse> call)
        where TRequest : class
        where TResponse : class =>
        call.Ended ?? throw new InvalidOperationException(
            "The call has not ended, so it has no status and no trailers. Read to its end first.");

    /// <summary>A failed response that nobody awaits is no unobserved exception.</summary>
    private static Task<TResponse> Observed<TResponse>(Task<TResponse> response)
    {
        _ = response.ContinueWith(
            static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return response;
    }

    private TestCallRun<TRequest, TResponse> Start<TRequest, TResponse>(
        Method<TRequest, TResponse> method, CallOptions options, TRequest? request)
        where TRequest : class
        where TResponse : class
    {
        _calls.Enqueue(options);
        var call = new TestCallRun<TRequest, TResponse>(method, options, _time);
        if (request is not null)
        {
            call.TrySend(request);
            call.CompleteRequests();
        }
        call.Start(_handler);
        return call;
    }
}
