namespace Interceptors.Discovery;

/// <summary>The names of discovery's metrics. There is no convention for them yet.</summary>
public static class DiscoveryTelemetry
{
    /// <summary>The meter: <c>Interceptors.Discovery</c>.</summary>
    public const string MeterName = RpcTelemetry.DiscoveryMeter;

    internal const string Endpoints = "interceptors.discovery.endpoints";
    internal const string ListAge = "interceptors.discovery.list.age";
    internal const string UpdateDuration = "interceptors.discovery.update.duration";
    internal const string WatchReconnects = "interceptors.discovery.watch.reconnects";
    internal const string Reloads = "interceptors.discovery.reloads";
    internal const string RejectedRegistrations = "interceptors.discovery.rejected_registrations";
    internal const string Registrations = "interceptors.discovery.registrations";

    internal const string Target = RpcTelemetry.ServerAddress;
    internal const string Service = "interceptors.discovery.service";
    internal const string RegistrationState = "interceptors.discovery.registration.state";

    internal static readonly double[] UpdateBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
}
