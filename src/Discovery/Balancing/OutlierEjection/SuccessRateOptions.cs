namespace Interceptors.Discovery;

/// <summary>
/// Ejects endpoints whose success rate in an interval is far below the mean of all: by more than a number of standard deviations.
/// </summary>
public sealed record SuccessRateOptions : BalancingSection
{
    /// <summary>How many standard deviations below the mean ejects an endpoint, in thousandths. Default: 1900, which means 1.9.</summary>
    public int StdevFactor { get; set; } = 1900;

    /// <summary>The probability with which an outlier is ejected, in percent, 0 to 100. Default: 100.</summary>
    public int EnforcementPercentage { get; set; } = 100;

    /// <summary>How many endpoints need enough calls before any is judged; at least 1. Default: 5.</summary>
    public int MinimumHosts { get; set; } = 5;

    /// <summary>How many calls in an interval are enough to judge an endpoint; at least 1. Default: 100.</summary>
    public int RequestVolume { get; set; } = 100;

    internal override IEnumerable<string> Problems()
    {
        if (StdevFactor < 0)
            yield return $"{nameof(StdevFactor)} is {StdevFactor}. Give a number of thousandths, for example 1900.";
        if (EnforcementPercentage is < 0 or > 100)
            yield return $"{nameof(EnforcementPercentage)} is {EnforcementPercentage}. Give a percentage from 0 to 100.";
        if (MinimumHosts < 1)
            yield return $"{nameof(MinimumHosts)} is {MinimumHosts}. Give a number of endpoints, at least 1.";
        if (RequestVolume < 1)
            yield return $"{nameof(RequestVolume)} is {RequestVolume}. Give a number of calls, at least 1.";
    }

    internal static readonly string[] Fields = ["stdevFactor", "enforcementPercentage", "minimumHosts", "requestVolume"];

    internal static SuccessRateOptions Read(ConfigurationSection section)
    {
        var defaults = new SuccessRateOptions();
        return section.Checked(new SuccessRateOptions
        {
            StdevFactor = section.Integer("stdevFactor") ?? defaults.StdevFactor,
            EnforcementPercentage = section.Integer("enforcementPercentage") ?? defaults.EnforcementPercentage,
            MinimumHosts = section.Integer("minimumHosts") ?? defaults.MinimumHosts,
            RequestVolume = section.Integer("requestVolume") ?? defaults.RequestVolume,
        });
    }
}
