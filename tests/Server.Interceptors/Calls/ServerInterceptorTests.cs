using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Server.Tests;

public sealed class ServerInterceptorTests : IAsyncLifetime
{
    private readonly RecordingInterceptor _recorder = new();
    private ProbeServer _server = null!;

    public async ValueTask InitializeAsync() =>
        _server = await ProbeServer.StartAsync(services => services
            .AddSingleton(_recorder)
            .AddGrpc(options => options.Interceptors.Add<RecordingInterceptor>()));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [ClassData(typeof(CallMatrix))]
    public async Task Every_call_is_told_of_once_with_the_status_that_its_caller_saw(CallKind kind, CallEnd end)
    {
        // A caller that only drops its call never tells the server: here it tells it by the deadline.
        if (end == CallEnd.AbandonedForEver)
            end = CallEnd.AbandonedThenDeadline;

        var seen = await new CallDriver(_server.Client()).RunAsync(
            kind, end, () => Eventually.True(() => _server.Observer.Running > 0, "the handler runs"));

        await Eventually.True(() => _recorder.Ended.Count > 0, "the interceptor is told of the end");
        var call = Assert.Single(_recorder.Ended);
        Assert.Equal(seen, call.Status.StatusCode);
        Assert.Equal(1, _recorder.Started);
        Assert.Equal(kind switch
        {
            CallKind.ClientStreaming => MethodType.ClientStreaming,
            CallKind.ServerStreaming => MethodType.ServerStreaming,
            CallKind.Duplex => MethodType.DuplexStreaming,
            _ => MethodType.Unary,
        }, call.Kind);
    }

    [Fact]
    public async Task A_status_that_the_handler_set_without_throwing_is_seen()
    {
        _server.Observer.OnCall = context =>
        {
            context.Status = new Status(StatusCode.ResourceExhausted, "enough");
            return Task.CompletedTask;
        };

        await Assert.ThrowsAsync<RpcException>(async () => await _server.Client().UnaryAsync(new ProbeRequest()));

        Assert.Equal(StatusCode.ResourceExhausted, Assert.Single(_recorder.Ended).Status.StatusCode);
    }
}
