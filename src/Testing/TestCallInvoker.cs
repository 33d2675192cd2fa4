using System.Collections.Concurrent;
using Grpc.Core;

namespace Interceptors.Testing;

/// <summary>
/// Answers unary calls without a server, for tests of client interceptors: <c>new Greeter.GreeterClient(invoker.Intercept(yours))</c>.
/// It keeps what each call would have sent.
/// </summary>
/// <param name="answer">
/// Gives the response to a request, or throws an <see cref="RpcException"/>; what it gives must be a response of the method.
/// </param>
public sealed class TestCallInvoker(Func<object, object> answer) : CallInvoker
{
    private readonly ConcurrentQueue<CallOptions> _calls = new();

    /// <summary>The options of the calls so far, with headers, deadline and token as interceptors have left them. A copy.</summary>
    public IReadOnlyList<CallOptions> Calls => [.. _calls];

    /// <inheritdoc/>
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        _calls.Enqueue(options);
        return (TResponse)answer(request);
    }

    /// <inheritdoc/>
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        _calls.Enqueue(options);
        var status = Status.DefaultSuccess;
        Task<TResponse> response;
        try
        {
            response = Task.FromResult((TResponse)answer(request));
        }
        catch (RpcException exception)
        {
            status = exception.Status;
            response = Task.FromException<TResponse>(exception);
        }
        return new AsyncUnaryCall<TResponse>(response, Task.FromResult(new Metadata()), () => status, () => [], () => { });
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: test streams with <see cref="TestServices"/>.</exception>
    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw Streams();

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: test streams with <see cref="TestServices"/>.</exception>
    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw Streams();

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: test streams with <see cref="TestServices"/>.</exception>
    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw Streams();

    private static NotSupportedException Streams() => new("It answers unary calls only. Test streams with TestServices.");
}
