namespace Interceptors.Discovery;

/// <summary>The fields of gRFC A58's <c>weighted_round_robin</c>: weights from the load that servers report (ORCA).</summary>
internal sealed record LoadReportOptions : BalancingSection
{
    public static readonly string[] Fields =
    [
        "blackoutPeriod", "weightExpirationPeriod", "weightUpdatePeriod", "errorUtilizationPenalty", "enableOobLoadReport",
        "oobReportingPeriod",
    ];

    private static readonly TimeSpan ShortestUpdatePeriod = TimeSpan.FromMilliseconds(100);

    /// <summary>How long an endpoint must have reported until its weight counts. Default: 10 s.</summary>
    public TimeSpan BlackoutPeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a weight counts without a new report. Default: 3 min.</summary>
    public TimeSpan WeightExpirationPeriod { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How often weights are worked out anew; a shorter time than 100 ms is 100 ms. Default: 1 s.</summary>
    public TimeSpan WeightUpdatePeriod { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How much the rate of errors lowers a weight. Default: 1.</summary>
    public double ErrorUtilizationPenalty { get; init; } = 1;

    /// <summary>Whether reports come over a stream of their own instead of with each response. Default: false.</summary>
    public bool EnableOobLoadReport { get; init; }

    /// <summary>How often they come over it. Default: 10 s.</summary>
    public TimeSpan OobReportingPeriod { get; init; } = TimeSpan.FromSeconds(10);

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
