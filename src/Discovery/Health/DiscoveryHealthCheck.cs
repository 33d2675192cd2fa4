using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Interceptors.Discovery;

/// <summary>Healthy as long as the registry tells about all services that are called.</summary>
internal sealed class DiscoveryHealthCheck(ResolvedTargets followed, DiscoveryHealthOptions options) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var now = followed.Now;
        var services = followed.All();
        var stale = services.Where(s => now - s.StaleSince > options.StaleAfter).ToList();
        var data = services.ToDictionary(s => s.Target, object (s) => Describe(s), StringComparer.Ordinal);
        return Task.FromResult(stale.Count == 0
            ? HealthCheckResult.Healthy($"The lists of all services that are called ({services.Count}) are up to date.", data)
            : new HealthCheckResult(context.Registration.FailureStatus, string.Join(" ", stale.Select(Describe)), exception: null, data));
    }

    private static string Describe(TargetState state)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{state.Target}: {Counted.Endpoints(state.Endpoints)} in use");
        return state.StaleSince is { } since
            ? string.Create(CultureInfo.InvariantCulture, $"{text}, not confirmed since {since:O}: {state.StaleReason}.")
            : $"{text}.";
    }
}
