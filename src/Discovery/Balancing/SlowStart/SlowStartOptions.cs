namespace Interceptors.Discovery;

/// <summary>
/// Gives a new endpoint few calls at first, then more and more, so that it can warm up (caches, compiled code, connections). The
/// endpoints of a channel's first list do not count as new.
/// </summary>
public sealed record SlowStartOptions : BalancingSection
{
    /// <summary>How long a new endpoint takes to reach its full share, counted from when it can take calls. Default: 30 s.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How the share grows: it is (time ÷ <see cref="Window"/>) to the power of 1 ÷ aggression. 1 grows evenly, more grows fast at
    /// first, less grows slowly at first. Default: 1.
    /// </summary>
    public double Aggression { get; set; } = 1;

    /// <summary>The share that a new endpoint gets at least, in percent of its full share, 1 to 100. Default: 10.</summary>
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
