namespace Interceptors.Discovery;

/// <summary>
/// Turns what endpoints report into the weights of <c>weighted_round_robin</c> (gRFC A58). An endpoint without a weight gets the mean of
/// the others; with fewer than two weights the registered ones count.
/// </summary>
internal static class LoadWeights
{
    private const double Mean = 1000;

    // As in gRPC's own balancers: a report that is far off must not take, or lose, nearly all calls.
    private const double Least = Mean / 100;
    private const double Most = Mean * 10;

    /// <param name="all">The endpoints of the list.</param>
    /// <param name="options">What counts.</param>
    /// <param name="time">The clock.</param>
    /// <param name="changed">Told of each that has another weight from now on.</param>
    public static void Update(
        ReadOnlySpan<BalancedEndpoint> all, LoadReportOptions options, TimeProvider time, Action<BalancedEndpoint> changed)
    {
        var now = time.GetTimestamp();
        var weights = new double[all.Length];
        var (sum, count) = (0.0, 0);
        for (var i = 0; i < all.Length; i++)
        {
            weights[i] = all[i].Load.WeightAt(now, options, time);
            if (weights[i] <= 0)
                continue;
            sum += weights[i];
            count++;
        }

        for (var i = 0; i < all.Length; i++)
        {
            var weight = count < 2 ? 0
                : weights[i] <= 0 ? (int)Mean
                : (int)Math.Clamp(Math.Round(weights[i] / (sum / count) * Mean), Least, Most);
            if (all[i].ReportedWeight == weight)
                continue;
            all[i].ReportedWeight = weight;
            changed(all[i]);
        }
    }
}
