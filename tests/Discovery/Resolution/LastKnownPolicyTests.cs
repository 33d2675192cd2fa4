namespace Interceptors.Discovery.Tests;

/// <summary>First answer within 5 s, the list of an earlier process after 0.5 s: the defaults.</summary>
public sealed class LastKnownPolicyTests
{
    private readonly DiscoveryResolverOptions _options = new();

    [Theory]
    [InlineData("is used after a moment's silence", "0.4, 0.5", "-, xy")]
    [InlineData("is used at once when the registry is away", "0.1 ?", "xy")]
    [InlineData("is not used when the registry answers in time", "0.4 ab, 10", "ab, ab")]
    [InlineData("is not used when the registry says that there are none", "0.4 -, 10, 11 ?", "-, -, -")]
    [InlineData("gives way to the registry's list, however short, at once", "1, 2 a", "xy, a")]
    [InlineData("gives way to a list that the source had before its outage", "1, 2 ?a", "xy, a")]
    [InlineData("stays through an outage without limit", "0.1 ?, 100 ?, 100000", "xy, xy, xy")]
    [InlineData("has the grace time when the registry's first answer is that there are none", "1, 2 -, 31.9, 32", "xy, xy, xy, -")]
    public void Last_known_list(string what, string script, string inUse) =>
        Assert.Equal($"{what}: {inUse}", $"{what}: {PolicyScript.Run(script, _options, lastKnown: "xy")}");

    [Fact]
    public void A_file_without_use_leaves_the_bound_of_the_first_answer()
    {
        var policy = new ResolutionPolicy("user", _options, () => null);
        Assert.Null(policy.OnDue(_options.Cache.WaitTime));
        Assert.Equal(_options.FirstAnswerTimeout, policy.DueAt);

        Assert.Contains("5 s", policy.OnDue(_options.FirstAnswerTimeout)!.Failure, StringComparison.Ordinal);
        Assert.Null(policy.DueAt);
    }

    [Fact]
    public void A_wait_longer_than_the_first_answers_bound_ends_with_it()
    {
        _options.Cache.WaitTime = TimeSpan.FromMinutes(1);

        Assert.Equal("-, xy", PolicyScript.Run("4.9, 5", _options, lastKnown: "xy"));
    }

    [Fact]
    public void The_file_is_read_only_when_it_is_needed_and_once()
    {
        var reads = 0;
        var policy = new ResolutionPolicy("user", _options, () =>
        {
            reads++;
            return null;
        });
        Assert.Equal(0, reads);
        policy.OnDue(TimeSpan.FromSeconds(1));
        policy.OnDue(TimeSpan.FromSeconds(5));
        policy.On(EndpointSnapshot.Create("user", []).AsStale(DateTimeOffset.UnixEpoch, "away"), TimeSpan.FromSeconds(6));

        Assert.Equal(1, reads);
    }
}
