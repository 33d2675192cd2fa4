namespace Interceptors.Discovery.Tests;

public sealed class EndpointSnapshotTests
{
    [Fact]
    public void Endpoints_are_sorted_and_each_address_stands_once()
    {
        var snapshot = EndpointSnapshot.Create("user", [new("c", 1), new("a", 1), new("B", 1), new("A", 1)]);

        Assert.Equal(["a:1", "b:1", "c:1"], snapshot.Endpoints.Select(e => e.Address));
        Assert.False(snapshot.IsStale);
    }

    [Fact]
    public void A_stale_snapshot_keeps_the_list_and_the_first_moment()
    {
        var first = DateTimeOffset.UnixEpoch;
        var stale = EndpointSnapshot.Create("user", [new("a", 1)]).AsStale(first, "away").AsStale(first.AddHours(1), "still away");

        Assert.True(stale.IsStale);
        Assert.Equal(first, stale.StaleSince);
        Assert.Equal("still away", stale.StaleReason);
        Assert.Equal("a:1", Assert.Single(stale.Endpoints).Address);
    }
}
