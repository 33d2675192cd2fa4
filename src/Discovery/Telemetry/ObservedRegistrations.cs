using System.Diagnostics.Metrics;

namespace Interceptors.Discovery;

/// <summary>The registrations of this process, those left out that have stopped. Thread safe.</summary>
internal sealed class ObservedRegistrations
{
    private readonly Lock _lock = new();
    private readonly List<IServiceRegistration> _registrations = [];

    public void Add(IServiceRegistration registration)
    {
        lock (_lock)
            _registrations.Add(registration);
    }

    public IReadOnlyList<Measurement<int>> Measure()
    {
        lock (_lock)
        {
            _registrations.RemoveAll(static r => r.State == RegistrationState.Stopped);
            return [.. _registrations.GroupBy(static r => (r.Instance.Service, r.State)).Select(static g => new Measurement<int>(
                g.Count(),
                new KeyValuePair<string, object?>(DiscoveryTelemetry.Service, g.Key.Service),
                new KeyValuePair<string, object?>(DiscoveryTelemetry.RegistrationState, NameOf(g.Key.State))))];
        }
    }

    private static string NameOf(RegistrationState state) => state switch
    {
        RegistrationState.Registering => "registering",
        RegistrationState.Registered => "registered",
        RegistrationState.Paused => "paused",
        _ => "repairing",
    };
}
