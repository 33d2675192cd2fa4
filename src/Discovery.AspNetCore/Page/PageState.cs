namespace Interceptors.Discovery.AspNetCore;

/// <summary>What the page shows at one moment; also what its JSON holds.</summary>
internal sealed record PageState(
    string Application, DateTimeOffset Time, IReadOnlyList<TargetView> Targets, IReadOnlyList<RegistrationView> Registrations,
    IReadOnlyList<ChangeView> Changes);

/// <summary>A target that this process calls.</summary>
internal sealed record TargetView(
    long Id, string Target, string Policy, string State, DateTimeOffset? ListReceived, double? ListAgeSeconds, DateTimeOffset? StaleSince,
    string? StaleReason, int EndpointCount, IReadOnlyList<EndpointView> Endpoints);

/// <summary>An endpoint of a target. Rate, latency and failures are those of the last seconds.</summary>
internal sealed record EndpointView(
    string Address, string State, string? Problem, bool IsHeld, int Weight, string? Zone, string? Version, IReadOnlyList<string> Tags,
    IReadOnlyDictionary<string, string> Metadata, int InFlight, long Calls, long FailedCalls, double CallsPerSecond,
    double FailedPerSecond, double? MeanMilliseconds, double? P95Milliseconds);

/// <summary>A service that this process registers.</summary>
internal sealed record RegistrationView(
    string Service, string? Id, string? Address, string State, string? Problem, int? Weight, string? Zone);

/// <summary>Something that was different from one reading to the next.</summary>
internal sealed record ChangeView(DateTimeOffset Time, string Subject, string What);
