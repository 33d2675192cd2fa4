using Grpc.Core;
using Interceptors.Discovery.AspNetCore;

namespace Interceptors.Testing.Server;

/// <summary>The probe, whose server streams go on until the server drains, and then end well.</summary>
public sealed class DrainedProbeService(IDrainState drain) : Probe.ProbeBase
{
    public override async Task<ProbeResponse> Unary(ProbeRequest request, ServerCallContext context)
    {
        if (request.Ending == Ending.Hang)
            await UntilDrainedAsync(context);
        return new ProbeResponse { Text = request.Text };
    }

    public override async Task ServerStream(
        ProbeRequest request, IServerStreamWriter<ProbeResponse> responseStream, ServerCallContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(drain.Draining, context.CancellationToken);
        while (!end.IsCancellationRequested)
        {
            await responseStream.WriteAsync(new ProbeResponse { Text = request.Text });
            await Task.Delay(10, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public override async Task Duplex(
        IAsyncStreamReader<ProbeRequest> requestStream, IServerStreamWriter<ProbeResponse> responseStream, ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken))
            await responseStream.WriteAsync(new ProbeResponse { Text = requestStream.Current.Text });
    }

    private async Task UntilDrainedAsync(ServerCallContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(drain.Draining, context.CancellationToken);
        await Task.Delay(Timeout.Infinite, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
