namespace Interceptors.Discovery;

/// <summary>
/// How <c>weighted_round_robin</c> turns the load that servers report with their responses (ORCA) into weights: gRFC A58. A server of
/// this kit reports with <c>AddLoadReports</c> of Interceptors.Discovery.AspNetCore. While fewer than two endpoints report, the registered
/// weights count.
/// </summary>
public sealed record LoadReportOptions : BalancingSection
{
    internal static readonly string[] Fields =
    [
        "blackoutPeriod", "weightExpirationPeriod", "weightUpdatePeriod", "errorUtilizationPenalty", "enableOobLoadReport",
        "oobReportingPeriod",
    ];

    private static readonly TimeSpan ShortestUpdatePeriod = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How long a newly connected endpoint must report before its weight counts. Zero to 1 day. Default: 10 s.
    /// </summary>
    public TimeSpan BlackoutPeriod { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a weight counts without a new report. Zero to 1 day. Default: 3 min.</summary>
    public TimeSpan WeightExpirationPeriod { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>How often weights are computed; at least 100 ms, shorter times count as 100 ms. Default: 1 s.</summary>
    public TimeSpan WeightUpdatePeriod { get; set; } = TimeSpan.FromSeconds(1);

    internal TimeSpan CheckedUpdatePeriod => WeightUpdatePeriod < ShortestUpdatePeriod ? ShortestUpdatePeriod : WeightUpdatePeriod;

    /// <summary>
    /// How much failed calls lower a weight: their share, times this, is added to the utilisation. At least 0. Default: 1.
    /// </summary>
    public double ErrorUtilizationPenalty { get; set; } = 1;

    /// <summary>
    /// Whether reports come over a stream of their own instead of with each response. Read, and not done. Default: false.
    /// </summary>
    internal bool EnableOobLoadReport { get; set; }

    /// <summary>How often they come over it. Default: 10 s.</summary>
    internal TimeSpan OobReportingPeriod { get; set; } = TimeSpan.FromSeconds(10);

    internal override IEnumerable<string> Problems()
    {
        foreach (var (name, time) in new[]
                 {
                     (nameof(BlackoutPeriod), BlackoutPeriod), (nameof(WeightExpirationPeriod), WeightExpirationPeriod),
                     (nameof(WeightUpdatePeriod), WeightUpdatePeriod), (nameof(OobReportingPeriod), OobReportingPeriod),
                 })
        {
            if (time < TimeSpan.Zero || time > TimeSpan.FromDays(1))
                yield return $"{name} is {time}. Give a time between zero and 1 day.";
        }

        if (ErrorUtilizationPenalty is not (>= 0 and <= 1_000_000))
            yield return $"{nameof(ErrorUtilizationPenalty)} is {Text(ErrorUtilizationPenalty)}. Give a number, at least 0.";
    }

    /// <summary>Null if none of the fields is there.</summary>
    internal static LoadReportOptions? Read(ConfigurationSection section)
    {
        if (!section.HasAny(Fields))
            return null;
        var defaults = new LoadReportOptions();
        var period = section.Duration("weightUpdatePeriod") ?? defaults.WeightUpdatePeriod;
        return section.Checked(new LoadReportOptions
        {
            BlackoutPeriod = section.Duration("blackoutPeriod") ?? defaults.BlackoutPeriod,
            WeightExpirationPeriod = section.Duration("weightExpirationPeriod") ?? defaults.WeightExpirationPeriod,
            WeightUpdatePeriod = period >= TimeSpan.Zero && period < ShortestUpdatePeriod ? ShortestUpdatePeriod : period,
            ErrorUtilizationPenalty = section.Number("errorUtilizationPenalty") ?? defaults.ErrorUtilizationPenalty,
            EnableOobLoadReport = section.Flag("enableOobLoadReport") ?? defaults.EnableOobLoadReport,
            OobReportingPeriod = section.Duration("oobReportingPeriod") ?? defaults.OobReportingPeriod,
        });
    }
}
