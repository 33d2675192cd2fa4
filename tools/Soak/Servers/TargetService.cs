using Grpc.Core;
using Interceptors.Discovery.AspNetCore;
using Interceptors.Soak.Protocol;

namespace Interceptors.Soak.Servers;

internal sealed record ServerName(string Value);

internal sealed class TargetService(ServerName name, IDrainState drain) : Target.TargetBase
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    private readonly CallReply _reply = new() { Server = name.Value };

    public override Task<CallReply> Call(CallRequest request, ServerCallContext context) => Task.FromResult(_reply);

    public override async Task Follow(CallRequest request, IServerStreamWriter<CallReply> responseStream, ServerCallContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(drain.Draining, context.CancellationToken);
        while (!end.IsCancellationRequested)
        {
            await responseStream.WriteAsync(_reply, context.CancellationToken);
            await Task.Delay(Tick, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
