using Grpc.Core;

namespace Interceptors.Standins.Tests;

/// <summary>The far end of a chain: remembers what arrives and answers nothing.</summary>
internal sealed class RecordingInvoker : CallInvoker
{
    public List<(IMethod Method, string? Host, CallOptions Options, object? Request)> Calls { get; } = [];

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        Answer<TResponse>(method, host, options, request);

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        Answer<AsyncUnaryCall<TResponse>>(method, host, options, request);

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        Answer<AsyncServerStreamingCall<TResponse>>(method, host, options, request);

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        Answer<AsyncClientStreamingCall<TRequest, TResponse>>(method, host, options, null);

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        Answer<AsyncDuplexStreamingCall<TRequest, TResponse>>(method, host, options, null);

    private TAnswer Answer<TAnswer>(IMethod method, string? host, CallOptions options, object? request)
    {
        Calls.Add((method, host, options, request));
        return default!;
    }
}
