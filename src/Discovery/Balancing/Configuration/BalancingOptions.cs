namespace Interceptors.Discovery;

/// <summary>
/// What the policies <c>round_robin</c>, <c>weighted_round_robin</c> and <c>least_request</c> can do beside picking. Every
/// part works with every policy and with every other part, in this order: <see cref="Subset"/>, <see cref="HealthChecking"/>,
/// <see cref="OutlierEjection"/>, <see cref="Zone"/>, <see cref="SlowStart"/>. Two with the same values are equal.
/// </summary>
public sealed record BalancingOptions : BalancingSection
{
    /// <summary>
    /// For <c>least_request</c>: how many endpoints, taken at random, are compared for a call, 2 to 10; no more than that: all of them.
    /// Default: null, all of up to 8, and 2 of more. gRFC A48 has 2 for any number; but of a few endpoints, a slow one is then
    /// compared so often that it gets more calls than the slowest one in a hundred.
    /// </summary>
    public int? ChoiceCount { get; set; }

    /// <summary>
    /// For <c>pick_first</c>: whether each process tries the endpoints in an order of its own, at random, so that not all clients call the
    /// same one (gRFC A62). Default: false, in the order of the list.
    /// </summary>
    public bool ShuffleAddressList { get; set; }

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

    /// <summary>
    /// For <c>weighted_round_robin</c>: how it weighs by the load that servers report. Default: null, as <see cref="LoadReportOptions"/> by
    /// default.
    /// </summary>
    public LoadReportOptions? LoadReports { get; set; }

    private static readonly string[] Fields =
    [
        "choiceCount", "shuffleAddressList", "subset", "healthChecking", "outlierEjection", "zone", "slowStart",
        .. LoadReportOptions.Fields,
    ];

    /// <summary>A copy that shares nothing with this one.</summary>
    internal BalancingOptions Copy() => this with
    {
        Subset = Subset is null ? null : Subset with { },
        HealthChecking = HealthChecking is null ? null : HealthChecking with { },
        OutlierEjection = OutlierEjection?.Copy(),
        Zone = Zone is null ? null : Zone with { },
        SlowStart = SlowStart is null ? null : SlowStart with { },
        LoadReports = LoadReports is null ? null : LoadReports with { },
    };

    internal override IEnumerable<string> Problems()
    {
        if (ChoiceCount is < 2 or > 10)
            yield return $"{nameof(ChoiceCount)} is {ChoiceCount}. Give a number of endpoints from 2 to 10.";
        foreach (var (name, section) in new (string, BalancingSection?)[]
                 {
                     (nameof(Subset), Subset), (nameof(HealthChecking), HealthChecking), (nameof(OutlierEjection), OutlierEjection),
                     (nameof(Zone), Zone), (nameof(SlowStart), SlowStart), (nameof(LoadReports), LoadReports),
                 })
        {
            foreach (var problem in section?.Problems() ?? [])
                yield return $"{name}.{problem}";
        }
    }

    /// <summary>Each part that is not among the values stays as it is by default.</summary>
    internal static BalancingOptions Read(
        string path, IDictionary<string, object> values, BalancingOptions defaults, ICollection<string>? warnings = null)
    {
        var section = new ConfigurationSection(path, values, warnings, Fields);
        return section.Checked(new BalancingOptions
        {
            ChoiceCount = section.Integer("choiceCount") ?? defaults.ChoiceCount,
            ShuffleAddressList = section.Flag("shuffleAddressList") ?? defaults.ShuffleAddressList,
            LoadReports = LoadReportOptions.Read(section) ?? defaults.LoadReports,
            Subset = Part("subset", SubsetOptions.Fields, SubsetOptions.Read) ?? defaults.Subset,
            HealthChecking = Part("healthChecking", HealthCheckingOptions.Fields, HealthCheckingOptions.Read) ?? defaults.HealthChecking,
            OutlierEjection = Part(
                "outlierEjection", OutlierEjectionOptions.Fields, OutlierEjectionOptions.Read) ?? defaults.OutlierEjection,
            Zone = Part("zone", ZoneOptions.Fields, ZoneOptions.Read) ?? defaults.Zone,
            SlowStart = Part("slowStart", SlowStartOptions.Fields, SlowStartOptions.Read) ?? defaults.SlowStart,
        });

        T? Part<T>(string name, string[] fields, Func<ConfigurationSection, T> read)
            where T : BalancingSection =>
            section.Section(name, fields) is { } part ? read(part) : null;
    }
}
