namespace Interceptors.Discovery.Tests;

/// <summary>Share 0.5, window 10 s, grace 30 s, empty list 30 s: the defaults.</summary>
public sealed class RemovalPolicyTests
{
    private readonly DiscoveryResolverOptions _options = new();

    [Theory]
    [InlineData("half is no mass removal", "0 abcd, 1 ab", "abcd, ab")]
    [InlineData("more than half is, and is held for the grace time, and no longer", "0 abcd, 1 a, 30.9, 31", "abcd, abcd, abcd, a")]
    [InlineData("one of one is an empty list", "0 a, 1 -, 30.9, 31", "a, a, a, -")]
    [InlineData("one by one within the window holds the last and brings back none", "0 abcd, 1 abc, 2 ab, 3 a", "abcd, abc, ab, ab")]
    [InlineData("what is held stays for the grace time",
        "0 abcd, 1 abc, 2 ab, 3 a, 32.9, 33", "abcd, abc, ab, ab, ab, a")]
    [InlineData("one by one and slower than the window is none", "0 abcd, 11 abc, 22 ab, 33 a", "abcd, abc, ab, a")]
    [InlineData("what comes back within the grace time changes nothing", "0 abcd, 1 a, 2 abcd, 60", "abcd, abcd, abcd, abcd")]
    [InlineData("what comes back in part is not lost when the grace time is over", "0 abcd, 1 a, 20 ab, 31", "abcd, abcd, abcd, ab")]
    [InlineData("others in their place are taken at once", "0 abcd, 1 efgh", "abcd, efgh")]
    [InlineData("others that come later end the grace time", "0 abcd, 1 a, 5 aef, 6 aefg", "abcd, abcd, abcdef, aefg")]
    [InlineData("what is new is used at once during the grace time", "0 abcd, 1 a, 2 az, 31", "abcd, abcd, abcdz, az")]
    [InlineData("a further removal during the grace time is held too", "0 abcdef, 1 ab, 20 a, 31, 50", "abcdef, abcdef, abcdef, a, a")]
    [InlineData("all gone during the grace time is an empty list", "0 abcd, 1 a, 5 -, 34.9, 35", "abcd, abcd, abcd, abcd, -")]
    [InlineData("a first one after an empty list does not take all the load", "0 abcd, 1 -, 20 a, 31", "abcd, abcd, abcd, a")]
    [InlineData("after the grace time of an empty list nothing is held", "0 abcd, 1 -, 31, 32 a", "abcd, abcd, -, a")]
    [InlineData("an empty list that is said again keeps its grace time", "0 ab, 1 -, 20 -, 31", "ab, ab, ab, -")]
    [InlineData("growth and shrinking back is none", "0 ab, 1 abcd, 2 ab", "ab, abcd, ab")]
    public void Removal(string what, string script, string inUse) => AssertUse(what, script, inUse);

    [Theory]
    [InlineData("keeps the list without limit", "0 ab, 1 ?ab, 100000", "ab, ab, ab")]
    [InlineData("keeps it also when the source lost it", "0 ab, 1 ?, 100000", "ab, ab, ab")]
    [InlineData("stops the grace time of an empty list", "0 ab, 1 -, 20 ?, 100000, 100001 -, 100030, 100031", "ab, ab, ab, ab, ab, ab, -")]
    [InlineData("stops the grace time of a mass removal", "0 abcd, 1 a, 20 ?a, 60 ?a, 100000, 100001 a", "abcd, abcd, abcd, abcd, abcd, a")]
    [InlineData("shows a change that it overtook", "0 ab, 1 ?abc", "ab, abc")]
    [InlineData("shows a mass removal that it overtook, and holds it", "0 abcd, 1 ?a, 100, 101 a", "abcd, abcd, abcd, a")]
    public void Outage(string what, string script, string inUse) => AssertUse(what, script, inUse);

    [Fact]
    public void A_share_of_one_turns_the_rule_off_but_for_the_empty_list()
    {
        _options.MassRemovalShare = 1;

        AssertUse("off", "0 abcd, 1 a, 2 -, 31.9, 32", "abcd, a, a, a, -");
    }

    [Fact]
    public void A_share_of_nothing_holds_every_removal()
    {
        _options.MassRemovalShare = 0;

        AssertUse("every", "0 abcd, 1 abc, 31", "abcd, abcd, abc");
    }

    [Fact]
    public void Without_a_grace_time_nothing_is_held()
    {
        (_options.MassRemovalGraceTime, _options.EmptyListGraceTime) = (TimeSpan.Zero, TimeSpan.Zero);

        AssertUse("nothing", "0 abcd, 1 a, 2 -", "abcd, a, -");
    }

    [Fact]
    public void The_window_is_an_option()
    {
        _options.MassRemovalWindow = TimeSpan.FromMinutes(1);

        AssertUse("longer", "0 abcd, 11 abc, 22 ab, 33 a", "abcd, abc, ab, ab");
    }

    [Fact]
    public void What_is_held_is_counted_until_its_grace_time_is_over()
    {
        var policy = new ResolutionPolicy("user", _options);
        policy.On(Hosts(4), TimeSpan.Zero);
        Assert.Equal(0, policy.Held);
        policy.On(Hosts(1), TimeSpan.Zero);
        Assert.Equal(3, policy.Held);
        policy.On(Hosts(0), TimeSpan.Zero);
        Assert.Equal(4, policy.Held);
        policy.On(Hosts(4), TimeSpan.Zero);
        Assert.Equal(0, policy.Held);
    }

    [Fact]
    public void Ten_thousand_changes_within_the_window_are_judged_by_the_longest_list()
    {
        var policy = new ResolutionPolicy("user", _options);
        for (var i = 0; i < 10_000; i++)
            policy.On(Hosts(100 + i % 2), TimeSpan.FromMilliseconds(i));
        policy.On(Hosts(50), TimeSpan.FromSeconds(10));

        Assert.Equal(101, policy.InUse.Length);
    }

    private void AssertUse(string what, string script, string inUse) =>
        Assert.Equal($"{what}: {inUse}", $"{what}: {PolicyScript.Run(script, _options)}");

    private static EndpointSnapshot Hosts(int count) =>
        EndpointSnapshot.Create("user", Enumerable.Range(0, count).Select(i => new DiscoveryEndpoint($"h{i}", 1)));
}
