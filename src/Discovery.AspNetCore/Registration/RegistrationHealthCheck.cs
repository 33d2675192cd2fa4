using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Interceptors.Discovery.AspNetCore;

/// <summary>Whether clients can find this host. Unhealthy from the first moment of a shutdown, so that nobody new comes.</summary>
internal sealed class RegistrationHealthCheck(HostRegistrations registrations) : IHealthCheck
{
    /// <summary>On every such check: the ones that decide about readiness must not include what readiness decides.</summary>
    public const string Tag = "registration";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (registrations.IsStopping)
            return Task.FromResult(HealthCheckResult.Unhealthy("The host stops."));
        var problems = registrations.All.SelectMany(Problems).ToList();
        return Task.FromResult(problems.Count == 0
            ? HealthCheckResult.Healthy("Every service is registered.")
            : new HealthCheckResult(context.Registration.FailureStatus, string.Join(" ", problems)));
    }

    private static IEnumerable<string> Problems(HostedRegistration service)
    {
        if (service.Reasons != UnregisteredReasons.None)
            yield return $"Service '{service.Service}' is not registered: {service.Reasons}.";
        foreach (var registration in service.Current)
        {
            if (registration.State != RegistrationState.Registered)
                yield return $"{registration.Instance}: {registration.State}, {registration.Problem ?? "no problem known"}.";
        }
    }
}
