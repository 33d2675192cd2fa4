using Microsoft.Extensions.Logging.Abstractions;

namespace Interceptors.Discovery.Tests;

public sealed class EndpointPlacementTests
{
    private static readonly BalancingContext Context = new()
    {
        Seed = 1,
        Transport = new EndpointTransport(
            new ConnectionSettings(new DiscoveryChannelOptions(), isSecure: false), TimeProvider.System, NullLogger.Instance),
    };

    private readonly EndpointPlacement _placement = new(
        EndpointSets.Create(LoadBalancingPolicies.RoundRobin, new BalancingOptions { Zone = new ZoneOptions { Local = "here" } }, Context),
        outliers: null, slowStart: null, Context);

    [Fact]
    public void An_endpoint_that_changes_its_zone_stays_pickable()
    {
        var endpoint = Ready("h", zone: "here");

        endpoint.Endpoint = Unconnected.Address("h", zone: "there");
        _placement.Change(endpoint);

        Assert.Same(endpoint, _placement.Pick(Unconnected.Request));
    }

    [Fact]
    [Trait("case", "discovery 9b")]
    public void What_is_held_is_picked_only_while_nothing_on_the_list_can_be()
    {
        var listed = Ready("listed");
        var held = Ready("held");
        _placement.Hold(held, isHeld: true);
        for (var i = 0; i < 10; i++)
            Assert.Same(listed, _placement.Pick(Unconnected.Request));

        _placement.SetPhase(listed, EndpointPhase.Failing, "gone");
        Assert.Same(held, _placement.Pick(Unconnected.Request));
        _placement.SetPhase(listed, EndpointPhase.Ready);
        Assert.Same(listed, _placement.Pick(Unconnected.Request));
        _placement.Hold(held, isHeld: false);
        var picked = Enumerable.Range(0, 10).Select(_ => _placement.Pick(Unconnected.Request)!);
        Assert.Equal([held, listed], picked.Distinct().OrderBy(e => e.ToString()));
    }

    [Fact]
    public void Endpoints_are_counted_by_what_they_are()
    {
        var phases = new[] { EndpointPhase.Pending, EndpointPhase.Failing, EndpointPhase.Ready, EndpointPhase.Ready };
        foreach (var (phase, i) in phases.Select((p, i) => (p, i)))
        {
            var endpoint = Unconnected.Endpoint($"h{i}");
            _placement.Learn(endpoint, isNew: false);
            _placement.SetPhase(endpoint, phase);
        }

        Assert.Equal(new EndpointCounts(Ready: 2, Pending: 1, Failing: 1, Ejected: 0), _placement.Counts);
    }

    private BalancedEndpoint Ready(string host, string? zone = null)
    {
        var endpoint = Unconnected.Endpoint(host, zone: zone);
        _placement.Learn(endpoint, isNew: false);
        _placement.SetPhase(endpoint, EndpointPhase.Ready);
        return endpoint;
    }
}
