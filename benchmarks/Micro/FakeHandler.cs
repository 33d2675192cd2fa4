using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Testing;

namespace Interceptors.Benchmarks;

/// <summary>Answers a call of a fake context at once, or when told to.</summary>
internal sealed class FakeHandler
{
    private static readonly CancellationTokenSource Cancellation = new();
    private static readonly Task<string> Ready = Task.FromResult("response");

    private TaskCompletionSource? _pending;

    public FakeHandler(bool suspends) => Method = suspends ? LaterAsync : static (_, _) => Ready;

    /// <summary>The same call again and again: one trace id, two more headers, no deadline.</summary>
    public TestServerCallContext Context { get; } = new()
    {
        CalledMethod = "/bench.Service/Call",
        Headers = new Metadata
        {
            { "user-agent", "grpc-dotnet/2.85.0" },
            { "x-trace-id", "4bf92f3577b34da6a3ce929d0e0e4736" },
            { "x-md-global-tenant", "acme" },
        },
        Aborted = Cancellation.Token,
    };

    public UnaryServerMethod<string, string> Method { get; }

    /// <summary>The handler inside interceptors, the first one outermost.</summary>
    public UnaryServerMethod<string, string> Inside(params Interceptor[] interceptors)
    {
        var handler = Method;
        foreach (var interceptor in interceptors.Reverse())
        {
            var inner = handler;
            handler = (request, context) => interceptor.UnaryServerHandler(request, context, inner);
        }

        return handler;
    }

    /// <summary>Makes a call through what lies around the handler, and lets it answer.</summary>
    public Task<string> CallAsync(UnaryServerMethod<string, string> outermost)
    {
        var call = outermost("request", Context);
        _pending?.SetResult();
        return call;
    }

    private async Task<string> LaterAsync(string request, ServerCallContext context)
    {
        _pending = new TaskCompletionSource();
        await _pending.Task.ConfigureAwait(false);
        return "response";
    }
}
