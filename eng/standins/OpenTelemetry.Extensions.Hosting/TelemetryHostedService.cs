using Microsoft.Extensions.Hosting;

namespace OpenTelemetry.Extensions.Hosting;

/// <summary>Builds the providers when the host starts. The container disposes them, which flushes.</summary>
internal sealed class TelemetryHostedService(ITelemetryHostInitializer initializer) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        initializer.Initialize();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
