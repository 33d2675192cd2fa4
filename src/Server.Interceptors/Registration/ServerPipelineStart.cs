using Microsoft.Extensions.Hosting;

namespace Interceptors.Server;

/// <summary>Makes the interceptors when the host starts, so that what is wrong with them stops the host and not the first call.</summary>
#pragma warning disable CS9113 // Being made is all that is wanted of it.
internal sealed class ServerPipelineStart(ServerPipeline pipeline) : IHostedService
#pragma warning restore CS9113
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
