using Microsoft.Extensions.Hosting;
using OpenTelemetry.Resources;

namespace OpenTelemetry.Extensions.Hosting;

/// <summary>What a host knows about the application, in the semantic conventions' words.</summary>
internal sealed class HostResource(IHostEnvironment environment)
{
    public void AddTo(ResourceBuilder resource) => resource
        .AddAttributes(
        [
            new("service.name", environment.ApplicationName),
            new("deployment.environment.name", environment.EnvironmentName.ToLowerInvariant()),
        ])
        // What comes later wins, and the environment variables shall.
        .AddEnvironmentVariableDetector();
}
