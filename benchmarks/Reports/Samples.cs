namespace Interceptors.Benchmarks.Reports;

/// <summary>What a list of measured values says.</summary>
internal static class Samples
{
    public static double Median(this IEnumerable<double> values) => values.Percentile(50);

    /// <summary>The smallest value that so many percent of all do not exceed.</summary>
    public static double Percentile(this IEnumerable<double> values, double percent)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[Math.Max(0, (int)Math.Ceiling(sorted.Length * percent / 100) - 1)];
    }

    /// <summary>The median of the ratios of values that were measured in the same rounds, and their quartiles.</summary>
    public static string RatiosTo(this IReadOnlyList<double> values, IReadOnlyList<double> yardstick)
    {
        var ratios = values.Zip(yardstick, static (value, yard) => value / yard).ToArray();
        return FormattableString.Invariant($"{ratios.Median():0.00} ({ratios.Percentile(25):0.00}-{ratios.Percentile(75):0.00})");
    }
}
