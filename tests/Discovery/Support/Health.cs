using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Interceptors.Discovery.Tests;

/// <summary>A health check that says what a test wants, and counts how often it was asked.</summary>
internal sealed class Health : IHealthCheck
{
    private int _asked;

    public int Asked => Volatile.Read(ref _asked);

    public Func<CancellationToken, Task<HealthStatus>> Answer { get; set; } = _ => Task.FromResult(HealthStatus.Healthy);

    public HealthStatus Status
    {
        set => Answer = _ => Task.FromResult(value);
    }

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _asked);
        return new HealthCheckResult(await Answer(cancellationToken));
    }
}
