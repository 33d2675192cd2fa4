namespace Interceptors.Discovery;

/// <summary>
/// What the policies <c>extended_round_robin</c>, <c>weighted_round_robin</c> and <c>least_request</c> can do beside picking. Every
/// part works with every policy and with every other part, in this order: <see cref="Subset"/>, <see cref="HealthChecking"/>,
/// <see cref="OutlierEjection"/>, <see cref="Zone"/>, <see cref="SlowStart"/>. Two with the same values are equal.
/// </summary>
public sealed record BalancingOptions : BalancingSection
{
    /// <summary>
    /// For <c>least_request</c>: how many endpoints are compared for a call, 2 to 10. Default: 2, as in gRFC A48.
    /// </summary>
    public int ChoiceCount { get; set; } = 2;

    /// <summary>Uses some of the endpoints only. Default: null, all of them.</summary>
    public SubsetOptions? Subset { get; set; }

    /// <summary>Asks each endpoint for its health. Default: null, a connection is enough.</summary>
    public HealthCheckingOptions? HealthChecking { get; set; }

    /// <summary>Leaves out, for a time, endpoints whose calls fail. Default: null, none.</summary>
    public OutlierEjectionOptions? OutlierEjection { get; set; }

    /// <summary>Prefers the endpoints of the client's own zone. Default: null, all are alike.</summary>
    public ZoneOptions? Zone { get; set; }

    /// <summary>Lets new endpoints warm up. Default: null, they take their full share at once.</summary>
    public SlowStartOptions? SlowStart { get; set; }

    /// <summary>A copy that shares nothing with this one.</summary>
    internal BalancingOptions Copy() => this with
    {
        Subset = Subset is null ? null : Subset with { },
        HealthChecking = HealthChecking is null ? null : HealthChecking with { },
        OutlierEjection = OutlierEjection?.Copy(),
        Zone = Zone is null ? null : Zone with { },
        SlowStart = SlowStart is null ? null : SlowStart with { },
    };

    internal override IEnumerable<string> Problems()
    {
        if (ChoiceCount is < 2 or > 10)
            yield return $"{nameof(ChoiceCount)} is {ChoiceCount}. Give a number of endpoints from 2 to 10.";
        foreach (var (name, section) in new (string, BalancingSection?)[]
                 {
                     (nameof(Subset), Subset), (nameof(HealthChecking), HealthChecking), (nameof(OutlierEjection), OutlierEjection),
                     (nameof(Zone), Zone), (nameof(SlowStart), SlowStart),
                 })
        {
            foreach (var problem in section?.Problems() ?? [])
                yield return $"{name}.{problem}";
        }
    }

    internal static BalancingOptions Read(string policy, IDictionary<string, object> values)
    {
        var section = new ConfigurationSection(policy, values);
        section.ExpectOnly("choiceCount", "subset", "healthChecking", "outlierEjection", "zone", "slowStart");
        return section.Checked(new BalancingOptions
        {
            ChoiceCount = section.Integer("choiceCount") ?? new BalancingOptions().ChoiceCount,
            Subset = section.Section("subset") is { } subset ? SubsetOptions.Read(subset) : null,
            HealthChecking = section.Section("healthChecking") is { } health ? HealthCheckingOptions.Read(health) : null,
            OutlierEjection = section.Section("outlierEjection") is { } outlier ? OutlierEjectionOptions.Read(outlier) : null,
            Zone = section.Section("zone") is { } zone ? ZoneOptions.Read(zone) : null,
            SlowStart = section.Section("slowStart") is { } slow ? SlowStartOptions.Read(slow) : null,
        });
    }
}
