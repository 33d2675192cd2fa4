using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Testing;

namespace Interceptors.Client.Tests;

/// <summary>Requests of exact sizes, and a call of any kind with them.</summary>
internal static class Sized
{
    public static ProbeRequest Request(int size)
    {
        var request = new ProbeRequest();
        for (var length = Math.Max(0, size - 6); request.CalculateSize() < size; length++)
            request.Text = new string('a', length);
        Assert.Equal(size, request.CalculateSize());
        return request;
    }

    /// <summary>Makes a call; where requests are streamed it sends all of them, else there is one.</summary>
    public static async Task SendAsync(
        this Probe.ProbeClient client, CallKind kind, CallOptions options = default, params IEnumerable<ProbeRequest> requests)
    {
        switch (kind)
        {
            case CallKind.BlockingUnary:
                client.Unary(requests.Single(), options);
                break;
            case CallKind.Unary:
                await client.UnaryAsync(requests.Single(), options);
                break;
            case CallKind.ServerStreaming:
                using (var call = client.ServerStream(requests.Single(), options))
                    Assert.False(await call.ResponseStream.MoveNext(default));
                break;
            case CallKind.ClientStreaming:
                using (var call = client.ClientStream(options))
                {
                    await WriteAsync(call.RequestStream, requests);
                    await call;
                }
                break;
            default:
                using (var call = client.Duplex(options))
                {
                    await WriteAsync(call.RequestStream, requests);
                    Assert.False(await call.ResponseStream.MoveNext(default));
                }
                break;
        }
    }

    private static async Task WriteAsync(IClientStreamWriter<ProbeRequest> stream, IEnumerable<ProbeRequest> requests)
    {
        foreach (var request in requests)
            await stream.WriteAsync(request);
        await stream.CompleteAsync();
    }

    /// <summary>Keeps the options of unary calls as they reach the channel.</summary>
    public sealed class Kept : Interceptor
    {
        public CallOptions Last { get; private set; }

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            Last = context.Options;
            return continuation(request, context);
        }
    }
}
