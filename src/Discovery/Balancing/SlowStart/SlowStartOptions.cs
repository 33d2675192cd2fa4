namespace Interceptors.Discovery;

/// <summary>
/// Lets an endpoint that has joined take few calls at first and more and more of them, so that it can warm up (caches, compiled code,
/// connections). The endpoints of a channel's first list are not taken for new.
/// </summary>
public sealed record SlowStartOptions : BalancingSection
{
    /// <summary>From when it can take calls, how long until it takes its full share. Default: 30 s.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How the share grows: it is (time ÷ <see cref="Window"/>) to the power of 1 ÷ aggression. 1 grows evenly, more grows fast at
    /// first, less grows slowly at first. Default: 1.
    /// </summary>
    public double Aggression { get; set; } = 1;

    /// <summary>The share that it takes at least, in percent, 1 to 100. Default: 10.</summary>
    public int MinWeightPercent { get; set; } = 10;

    internal override IEnumerable<string> Problems()
    {
        if (IsNoTime(Window, TimeSpan.FromDays(1)))
            yield return $"{nameof(Window)} is {Window}. Give a time up to 1 day.";
        if (Aggression is not (>= 0.01 and <= 100))
            yield return $"{nameof(Aggression)} is {Text(Aggression)}. Give a number from 0.01 to 100.";
        if (MinWeightPercent is < 1 or > 100)
            yield return $"{nameof(MinWeightPercent)} is {MinWeightPercent}. Give a percentage from 1 to 100.";
    }

    internal static readonly string[] Fields = ["window", "aggression", "minWeightPercent"];

    internal static SlowStartOptions Read(ConfigurationSection section)
    {
        var defaults = new SlowStartOptions();
        return section.Checked(new SlowStartOptions
        {
            Window = section.Duration("window") ?? defaults.Window,
            Aggression = section.Number("aggression") ?? defaults.Aggression,
            MinWeightPercent = section.Integer("minWeightPercent") ?? defaults.MinWeightPercent,
        });
    }
}
