using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Client;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Server.Tests;

/// <summary>A front server whose handlers call a back end with the kit's client, and let its failure through.</summary>
public sealed class TwoHops : IAsyncDisposable
{
    private TwoHops(ProbeServer front, ProbeServer back)
    {
        Front = front;
        Back = back;
    }

    public ProbeServer Front { get; }

    public ProbeServer Back { get; }

    /// <summary>How often the front's handler ran.</summary>
    public int FrontRuns { get; private set; }

    public static async Task<TwoHops> StartAsync(
        Action<RecoveryOptions>? recovery = null,
        Action<ServerInterceptorsBuilder>? back = null,
        Func<Probe.ProbeClient, ServerCallContext, Task>? calls = null,
        CallKind inner = CallKind.Unary,
        bool withKit = true)
    {
        var backEnd = await ProbeServer.StartAsync(services =>
        {
            var builder = services.AddServerInterceptors().AddStandard();
            back?.Invoke(builder);
        });
        var front = await ProbeServer.StartAsync(services => services.AddServerInterceptors().AddStandard().AddRecovery(recovery));
        var hops = new TwoHops(front, backEnd);
        var client = backEnd.Client(channel => withKit ? channel.Intercept(ClientInterceptors.Standard()) : channel.CreateCallInvoker());
        front.Observer.OnCall = context =>
        {
            hops.FrontRuns++;
            return calls?.Invoke(client, context) ?? CallAsync(client, inner);
        };
        return hops;
    }

    /// <summary>Makes the back end's handlers throw.</summary>
    public void Refuse(StatusCode code, string detail, Metadata? trailers = null) =>
        Back.Observer.OnCall = _ => throw new RpcException(new Status(code, detail), trailers ?? []);

    public async Task<RpcException> FailAsync(CallKind kind = CallKind.Unary, Probe.ProbeClient? client = null) =>
        await Assert.ThrowsAsync<RpcException>(() => CallAsync(client ?? Front.Client(), kind));

    public async ValueTask DisposeAsync()
    {
        await Front.DisposeAsync();
        await Back.DisposeAsync();
    }

    /// <summary>One call of a kind, read to its end.</summary>
    public static async Task CallAsync(Probe.ProbeClient client, CallKind kind)
    {
        switch (kind)
        {
            case CallKind.BlockingUnary:
                await Task.Factory.StartNew(
                    () => client.Unary(new ProbeRequest()), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                break;
            case CallKind.Unary:
                await client.UnaryAsync(new ProbeRequest());
                break;
            case CallKind.ClientStreaming:
                using (var upload = client.ClientStream())
                {
                    await CompleteAsync(upload.RequestStream);
                    await upload.ResponseAsync;
                }
                break;
            case CallKind.ServerStreaming:
                using (var download = client.ServerStream(new ProbeRequest()))
                    await download.ResponseStream.MoveNext(default);
                break;
            default:
                using (var duplex = client.Duplex())
                {
                    await CompleteAsync(duplex.RequestStream);
                    await duplex.ResponseStream.MoveNext(default);
                }
                break;
        }
    }

    /// <summary>A call may have ended by then; how, its response says.</summary>
    private static async Task CompleteAsync(IClientStreamWriter<ProbeRequest> requests)
    {
        try
        {
            await requests.CompleteAsync();
        }
        catch (Exception exception) when (exception is RpcException or InvalidOperationException or IOException)
        {
        }
    }
}
