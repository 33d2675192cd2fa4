using System.Runtime.InteropServices;

namespace Interceptors.Discovery;

/// <summary>Says which endpoints are to be left out, and which are to be let back (gRFC A50).</summary>
internal sealed class OutlierDetector(OutlierEjectionOptions options, TimeProvider time, ulong seed)
{
    private readonly List<(BalancedEndpoint Endpoint, int Succeeded, int Failed)> _rates = [];
    private ulong _sequence = seed;

    /// <summary>Counts a call.</summary>
    /// <returns>Whether its endpoint has failed too many of them one after the other.</returns>
    public bool Count(BalancedEndpoint endpoint, CallOutcome outcome) =>
        endpoint.Outlier.Count(outcome) >= options.ConsecutiveErrors && options.ConsecutiveErrors > 0 && outcome == CallOutcome.Failed;

    /// <summary>Whether so many are left out that no other one may be.</summary>
    public bool IsFull(int ejected, int known) => (long)ejected * 100 >= (long)options.MaxEjectionPercent * known;

    public void Mark(BalancedEndpoint endpoint)
    {
        var record = endpoint.Outlier;
        record.IsEjected = true;
        record.EjectedAt = time.GetTimestamp();
        record.Ejections++;
    }

    /// <summary>Looks at the rates of the interval that has passed.</summary>
    /// <param name="endpoints">All that are known.</param>
    /// <param name="eject">Told who is to be left out, by which rule, and why.</param>
    /// <param name="spare">Told who would be, but for the percentage to which the rule is enforced.</param>
    /// <param name="restore">Told who is to be let back.</param>
    public void Sweep(
        ReadOnlySpan<BalancedEndpoint> endpoints, Action<BalancedEndpoint, OutlierRule, string> eject, Action<OutlierRule> spare,
        Action<BalancedEndpoint> restore)
    {
        _rates.Clear();
        foreach (var endpoint in endpoints)
        {
            var (succeeded, failed) = endpoint.Outlier.Take();
            if (succeeded + failed > 0)
                _rates.Add((endpoint, succeeded, failed));
        }

        if (options.SuccessRate is { } successRate)
            CompareRates(successRate, eject, spare);
        if (options.FailurePercentage is { } failurePercentage)
            CompareWithLimit(failurePercentage, eject, spare);
        foreach (var endpoint in endpoints)
            Pardon(endpoint, restore);
    }

    private void CompareRates(
        SuccessRateOptions rule, Action<BalancedEndpoint, OutlierRule, string> eject, Action<OutlierRule> spare)
    {
        var (hosts, sum, squares) = (0, 0.0, 0.0);
        foreach (var (_, succeeded, failed) in CollectionsMarshal.AsSpan(_rates))
        {
            if (succeeded + failed < rule.RequestVolume)
                continue;
            var rate = Rate(succeeded, failed);
            hosts++;
            sum += rate;
            squares += rate * rate;
        }

        if (hosts < rule.MinimumHosts)
            return;
        var mean = sum / hosts;
        var deviation = Math.Sqrt(Math.Max(0, (squares / hosts) - (mean * mean)));
        var lowest = mean - (deviation * rule.StdevFactor / 1000);
        foreach (var (endpoint, succeeded, failed) in _rates)
        {
            if (succeeded + failed < rule.RequestVolume || Rate(succeeded, failed) >= lowest)
                continue;
            if (IsEnforced(rule.EnforcementPercentage))
                eject(
                    endpoint, OutlierRule.SuccessRate,
                    $"{succeeded} of {succeeded + failed} calls succeeded, the others' mean is {mean:P0}");
            else
                spare(OutlierRule.SuccessRate);
        }
    }

    private void CompareWithLimit(
        FailurePercentageOptions rule, Action<BalancedEndpoint, OutlierRule, string> eject, Action<OutlierRule> spare)
    {
        var hosts = 0;
        foreach (var (_, succeeded, failed) in CollectionsMarshal.AsSpan(_rates))
            hosts += succeeded + failed >= rule.RequestVolume ? 1 : 0;
        if (hosts < rule.MinimumHosts)
            return;
        foreach (var (endpoint, succeeded, failed) in _rates)
        {
            var calls = succeeded + failed;
            if (calls < rule.RequestVolume || failed * 100L <= (long)rule.Threshold * calls)
                continue;
            if (IsEnforced(rule.EnforcementPercentage))
                eject(endpoint, OutlierRule.FailurePercentage, $"{failed} of {calls} calls failed");
            else
                spare(OutlierRule.FailurePercentage);
        }
    }

    private void Pardon(BalancedEndpoint endpoint, Action<BalancedEndpoint> restore)
    {
        var record = endpoint.Outlier;
        if (!record.IsEjected)
        {
            record.Ejections = Math.Max(0, record.Ejections - 1);
            return;
        }

        var longest = options.MaxEjectionTime > options.BaseEjectionTime ? options.MaxEjectionTime : options.BaseEjectionTime;
        var term = Math.Min(options.BaseEjectionTime.TotalSeconds * record.Ejections, longest.TotalSeconds);
        if (time.GetElapsedTime(record.EjectedAt).TotalSeconds >= term)
            restore(endpoint);
    }

    private bool IsEnforced(int percentage) => SplitMix.Mix(_sequence += SplitMix.GoldenStep) % 100 < (ulong)percentage;

    private static double Rate(int succeeded, int failed) => (double)succeeded / (succeeded + failed);
}
