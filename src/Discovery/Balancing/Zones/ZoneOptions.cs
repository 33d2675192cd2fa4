namespace Interceptors.Discovery;

/// <summary>
/// Prefers the endpoints of the client's own zone (<see cref="DiscoveryEndpoint.Zone"/>), and lets calls overflow to other
/// zones when too few of its own can take calls.
/// </summary>
public sealed record ZoneOptions : BalancingSection
{
    /// <summary>The zone of this client. Default: empty, which must be set.</summary>
    public string Local { get; set; } = "";

    /// <summary>
    /// How much load the zone's endpoints can take, in percent of their usual load, 100 to 1000. With 140, all calls stay in the zone
    /// while 1 ÷ 1.4 = 71 % of its endpoints can take calls. With fewer, the share of calls that stays falls in proportion. Default: 140.
    /// </summary>
    public int OverprovisioningPercent { get; set; } = 140;

    /// <summary>With fewer ready endpoints in the zone, zones are ignored. At least 1. Default: 1.</summary>
    public int MinEndpoints { get; set; } = 1;

    internal override IEnumerable<string> Problems()
    {
        if (string.IsNullOrWhiteSpace(Local))
            yield return $"{nameof(Local)} is empty. Give the zone of this client.";
        if (OverprovisioningPercent is < 100 or > 1000)
            yield return $"{nameof(OverprovisioningPercent)} is {OverprovisioningPercent}. Give a percentage from 100 to 1000.";
        if (MinEndpoints < 1)
            yield return $"{nameof(MinEndpoints)} is {MinEndpoints}. Give a number of endpoints, at least 1.";
    }

    internal static readonly string[] Fields = ["local", "overprovisioningPercent", "minEndpoints"];

    internal static ZoneOptions Read(ConfigurationSection section)
    {
        var defaults = new ZoneOptions();
        return section.Checked(new ZoneOptions
        {
            Local = section.Text("local") ?? defaults.Local,
            OverprovisioningPercent = section.Integer("overprovisioningPercent") ?? defaults.OverprovisioningPercent,
            MinEndpoints = section.Integer("minEndpoints") ?? defaults.MinEndpoints,
        });
    }
}
