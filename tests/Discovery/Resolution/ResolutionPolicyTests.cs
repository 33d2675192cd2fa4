namespace Interceptors.Discovery.Tests;

public sealed class ResolutionPolicyTests
{
    private static readonly TimeSpan Now = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Later = TimeSpan.FromMinutes(2);

    private readonly DiscoveryResolverOptions _options = new();
    private readonly ResolutionPolicy _policy;

    public ResolutionPolicyTests() => _policy = new ResolutionPolicy("user", _options);

    [Fact]
    public void The_first_list_is_told()
    {
        Assert.Equal(_options.FirstAnswerTimeout, _policy.DueAt);
        Assert.Equal("a:1, b:1", _policy.On(Fresh("b", "a"), Now)!.ToString());
        Assert.Null(_policy.DueAt);
    }

    [Fact]
    public void Without_an_answer_in_time_calls_fail_with_the_services_name()
    {
        var told = _policy.OnDue(Later)!;

        Assert.Contains("'user'", told.Failure, StringComparison.Ordinal);
        Assert.Contains("5 s", told.Failure, StringComparison.Ordinal);
        Assert.Null(_policy.DueAt);
        Assert.Equal("a:1", _policy.On(Fresh("a"), Now)!.ToString());
    }

    [Fact]
    public void A_registry_that_is_away_from_the_start_is_told_at_once_with_the_reason_and_once()
    {
        Assert.Contains("no route", _policy.On(Stale("no route"), Now)!.Failure, StringComparison.Ordinal);
        Assert.Null(_policy.On(Stale("no route"), Now));
        Assert.Contains("other", _policy.On(Stale("other"), Now)!.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void No_endpoint_from_the_start_is_told_at_once() =>
        Assert.Contains("No endpoint of service 'user' is registered", _policy.On(Fresh(), Now)!.Failure, StringComparison.Ordinal);

    [Fact]
    public void The_same_list_again_is_not_told()
    {
        _policy.On(Fresh("a"), Now);

        Assert.Null(_policy.On(Fresh("a"), Now));
    }

    [Fact]
    public void Changed_metadata_is_told_once_for_the_pickers()
    {
        _policy.On(Fresh("a"), Now);
        var heavier = EndpointSnapshot.Create("user", [new("a", 1, new Dictionary<string, string> { ["weight"] = "7" })]);

        Assert.Equal(7, Assert.Single(_policy.On(heavier, Now)!.Endpoints).Weight);
        Assert.Null(_policy.On(heavier, Now));
    }

    [Fact]
    public void An_outage_keeps_the_list_without_limit()
    {
        _policy.On(Fresh("a"), Now);

        Assert.Null(_policy.On(Fresh("a").AsStale(DateTimeOffset.UtcNow, "away"), Now));
        Assert.Null(_policy.DueAt);
        Assert.Equal("b:1", _policy.On(Fresh("b"), Now)!.ToString());
    }

    [Fact]
    public void A_list_that_is_stale_from_the_start_is_used() =>
        Assert.Equal("a:1", _policy.On(Fresh("a").AsStale(DateTimeOffset.UtcNow, "away"), Now)!.ToString());

    [Fact]
    public void An_empty_list_keeps_the_last_one_for_the_grace_time_only()
    {
        _policy.On(Fresh("a"), Now);

        Assert.Null(_policy.On(Fresh(), Now));
        Assert.Equal(Now + _options.EmptyListGraceTime, _policy.DueAt);
        Assert.Contains("No endpoint", _policy.OnDue(Later)!.Failure, StringComparison.Ordinal);
        Assert.Null(_policy.On(Fresh(), Now));
        Assert.Equal("a:1", _policy.On(Fresh("a"), Now)!.ToString());
    }

    [Fact]
    public void Endpoints_that_come_back_within_the_grace_time_change_nothing()
    {
        _policy.On(Fresh("a"), Now);
        _policy.On(Fresh(), Now);

        Assert.Null(_policy.On(Fresh("a"), Now));
        Assert.Null(_policy.DueAt);
    }

    [Fact]
    public void An_outage_during_the_grace_time_stops_it()
    {
        _policy.On(Fresh("a"), Now);
        _policy.On(Fresh(), Now);

        Assert.Null(_policy.On(Stale("away"), Now));
        Assert.Null(_policy.DueAt);
    }

    private static EndpointSnapshot Fresh(params string[] hosts) =>
        EndpointSnapshot.Create("user", hosts.Select(h => new DiscoveryEndpoint(h, 1)));

    private static EndpointSnapshot Stale(string reason) => Fresh().AsStale(DateTimeOffset.UtcNow, reason);
}
