namespace Interceptors.Discovery;

/// <summary>
/// Ejects, for a time, endpoints whose calls fail more than those of the others (gRFC A50, and consecutive errors as in
/// Envoy). A call has failed if its connection broke before its response began, or if it ended with <c>Unknown</c>,
/// <c>DeadlineExceeded</c>, <c>ResourceExhausted</c>, <c>Unimplemented</c>, <c>Internal</c>, <c>Unavailable</c> or <c>DataLoss</c>: other
/// codes are answers, not faults of an endpoint. A call that was not sent, or that the server has not processed, does not count: it goes to
/// another endpoint. The last endpoint is never ejected, and when no other is left, all come back.
/// </summary>
/// <remarks>
/// An endpoint's n-th ejection lasts n times <see cref="BaseEjectionTime"/>, up to <see cref="MaxEjectionTime"/>, and ends at the first
/// <see cref="Interval"/> after that. Each later interval without an ejection lowers n by one, down to zero.
/// </remarks>
public sealed record OutlierEjectionOptions : BalancingSection
{
    /// <summary>How often rates are evaluated and ejections end. Default: 10 s.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the first ejection of an endpoint lasts. Default: 30 s.</summary>
    public TimeSpan BaseEjectionTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest ejection, or <see cref="BaseEjectionTime"/> if that is longer. Default: 5 min.</summary>
    public TimeSpan MaxEjectionTime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Once this share of the endpoints is ejected, no further one is; in percent, 0 to 100. Above zero, one can always be ejected.
    /// Default: 10.
    /// </summary>
    public int MaxEjectionPercent { get; set; } = 10;

    /// <summary>How many failed calls in a row eject an endpoint at once. 0 turns this off. Default: 5.</summary>
    public int ConsecutiveErrors { get; set; } = 5;

    /// <summary>Ejects by success rate, compared with the other endpoints. Default: null, off.</summary>
    public SuccessRateOptions? SuccessRate { get; set; }

    /// <summary>Ejects by the share of failed calls, compared with a limit. Default: null, off.</summary>
    public FailurePercentageOptions? FailurePercentage { get; set; }

    internal OutlierEjectionOptions Copy() => this with
    {
        SuccessRate = SuccessRate is null ? null : SuccessRate with { },
        FailurePercentage = FailurePercentage is null ? null : FailurePercentage with { },
    };

    internal override IEnumerable<string> Problems()
    {
        foreach (var (name, time) in new[]
                 {
                     (nameof(Interval), Interval), (nameof(BaseEjectionTime), BaseEjectionTime), (nameof(MaxEjectionTime), MaxEjectionTime),
                 })
        {
            if (IsNoTime(time, TimeSpan.FromDays(1)))
                yield return $"{name} is {time}. Give a time up to 1 day.";
        }

        if (MaxEjectionPercent is < 0 or > 100)
            yield return $"{nameof(MaxEjectionPercent)} is {MaxEjectionPercent}. Give a percentage from 0 to 100.";
        if (ConsecutiveErrors < 0)
            yield return $"{nameof(ConsecutiveErrors)} is {ConsecutiveErrors}. Give a number of calls, or 0 for not to count them.";
        foreach (var problem in SuccessRate?.Problems() ?? [])
            yield return $"{nameof(SuccessRate)}.{problem}";
        foreach (var problem in FailurePercentage?.Problems() ?? [])
            yield return $"{nameof(FailurePercentage)}.{problem}";
    }

    internal static readonly string[] Fields =
    [
        "interval", "baseEjectionTime", "maxEjectionTime", "maxEjectionPercent", "consecutiveErrors", "successRate", "failurePercentage",
    ];

    internal static OutlierEjectionOptions Read(ConfigurationSection section)
    {
        var defaults = new OutlierEjectionOptions();
        return section.Checked(new OutlierEjectionOptions
        {
            Interval = section.Duration("interval") ?? defaults.Interval,
            BaseEjectionTime = section.Duration("baseEjectionTime") ?? defaults.BaseEjectionTime,
            MaxEjectionTime = section.Duration("maxEjectionTime") ?? defaults.MaxEjectionTime,
            MaxEjectionPercent = section.Integer("maxEjectionPercent") ?? defaults.MaxEjectionPercent,
            ConsecutiveErrors = section.Integer("consecutiveErrors") ?? defaults.ConsecutiveErrors,
            SuccessRate = section.Section("successRate", SuccessRateOptions.Fields) is { } rate ? SuccessRateOptions.Read(rate) : null,
            FailurePercentage = section.Section(
                "failurePercentage", FailurePercentageOptions.Fields) is { } limit ? FailurePercentageOptions.Read(limit) : null,
        });
    }
}
