namespace Interceptors.Discovery.Tests;

public sealed class LoadWeightsTests
{
    private readonly StepTime _time = new();
    private readonly LoadReportOptions _options = new();
    private readonly BalancedEndpoint[] _all = [Unconnected.Endpoint("a", weight: 7), Unconnected.Endpoint("b"), Unconnected.Endpoint("c")];

    [Fact]
    public void Registered_weights_count_until_two_endpoints_have_reported_for_long_enough()
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        Report(0, 100);
        Report(1, 300);
        Assert.Equal([7, 100, 100], Weights());

        _time.Advance(_options.BlackoutPeriod - TimeSpan.FromTicks(1));
        Assert.Equal([7, 100, 100], Weights());
        _time.Advance(TimeSpan.FromTicks(1));
        // The third, which has not reported, gets the mean.
        Assert.Equal([500, 1500, 1000], Weights());
    }

    [Fact]
    public void An_endpoint_that_has_connected_anew_starts_over()
    {
        Report(0, 100);
        Report(1, 300);
        Report(2, 200);
        _time.Advance(_options.BlackoutPeriod);
        Assert.Equal([500, 1500, 1000], Weights());

        _all[1].Load.Restart();
        Report(1, 500);
        Assert.Equal([667, 1000, 1333], Weights());
        _time.Advance(_options.BlackoutPeriod);
        Assert.Equal([375, 1875, 750], Weights());
    }

    [Fact]
    public void A_weight_expires_without_a_new_report_and_then_the_registered_ones_count_again()
    {
        Report(0, 100);
        Report(1, 300);
        _time.Advance(_options.WeightExpirationPeriod - TimeSpan.FromSeconds(1));
        Report(1, 300);
        Assert.Equal([500, 1500, 1000], Weights());

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([7, 100, 100], Weights());
        // The blackout of what has expired begins anew.
        Report(0, 100);
        Assert.Equal([7, 100, 100], Weights());
        _time.Advance(_options.BlackoutPeriod);
        Report(1, 300);
        Assert.Equal([500, 1500, 1000], Weights());
    }

    [Fact]
    public void A_report_that_is_far_off_takes_and_loses_only_so_much()
    {
        Report(0, 1);
        Report(1, 1_000_000_000);
        Report(2, 1);
        _time.Advance(_options.BlackoutPeriod);

        Assert.Equal([10, 3000, 10], Weights());
    }

    private void Report(int endpoint, double weight) => _all[endpoint].Load.Report(weight, _time.GetTimestamp());

    private IEnumerable<int> Weights()
    {
        var changed = new List<BalancedEndpoint>();
        var before = _all.Select(e => e.Weight).ToList();
        LoadWeights.Update(_all, _options, _time, changed.Add);
        Assert.Equal(_all.Where((e, i) => e.Weight != before[i]), changed);
        return _all.Select(e => e.Weight);
    }
}
