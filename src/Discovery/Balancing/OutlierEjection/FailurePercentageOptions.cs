namespace Interceptors.Discovery;

/// <summary>Ejects endpoints whose share of failed calls in an interval is above a limit.</summary>
public sealed record FailurePercentageOptions : BalancingSection
{
    /// <summary>The share of failed calls above which an endpoint is ejected, in percent, 0 to 100. Default: 85.</summary>
    public int Threshold { get; set; } = 85;

    /// <summary>The probability with which an outlier is ejected, in percent, 0 to 100. Default: 100.</summary>
    public int EnforcementPercentage { get; set; } = 100;

    /// <summary>How many endpoints need enough calls before any is judged; at least 1. Default: 5.</summary>
    public int MinimumHosts { get; set; } = 5;

    /// <summary>How many calls in an interval are enough to judge an endpoint; at least 1. Default: 50.</summary>
    public int RequestVolume { get; set; } = 50;

    internal override IEnumerable<string> Problems()
    {
        foreach (var (name, value) in new[] { (nameof(Threshold), Threshold), (nameof(EnforcementPercentage), EnforcementPercentage) })
        {
            if (value is < 0 or > 100)
                yield return $"{name} is {value}. Give a percentage from 0 to 100.";
        }

        if (MinimumHosts < 1)
            yield return $"{nameof(MinimumHosts)} is {MinimumHosts}. Give a number of endpoints, at least 1.";
        if (RequestVolume < 1)
            yield return $"{nameof(RequestVolume)} is {RequestVolume}. Give a number of calls, at least 1.";
    }

    internal static readonly string[] Fields = ["threshold", "enforcementPercentage", "minimumHosts", "requestVolume"];

    internal static FailurePercentageOptions Read(ConfigurationSection section)
    {
        var defaults = new FailurePercentageOptions();
        return section.Checked(new FailurePercentageOptions
        {
            Threshold = section.Integer("threshold") ?? defaults.Threshold,
            EnforcementPercentage = section.Integer("enforcementPercentage") ?? defaults.EnforcementPercentage,
            MinimumHosts = section.Integer("minimumHosts") ?? defaults.MinimumHosts,
            RequestVolume = section.Integer("requestVolume") ?? defaults.RequestVolume,
        });
    }
}
