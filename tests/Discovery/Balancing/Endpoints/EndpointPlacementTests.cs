using Microsoft.Extensions.Logging.Abstractions;

namespace Interceptors.Discovery.Tests;

public sealed class EndpointPlacementTests
{
    private readonly EndpointPlacement _placement = new(
        EndpointSets.Create(LoadBalancingPolicies.RoundRobin, new BalancingOptions { Zone = new ZoneOptions { Local = "here" } }, seed: 1),
        outliers: null, slowStart: null, new BalancingContext(), NullLogger.Instance);

    [Fact]
    public void Who_picks_while_an_endpoint_changes_its_zone_is_given_another_picker()
    {
        var endpoint = Unconnected.Endpoint("h", zone: "here");
        _placement.Learn(endpoint, isNew: false);
        _placement.SetPhase(endpoint, EndpointPhase.Ready);
        _placement.HasLost = false;

        endpoint.Address = Unconnected.Address("h", zone: "there");
        _placement.Change(endpoint);

        Assert.True(_placement.HasLost);
        Assert.Same(endpoint, _placement.Set.Pick());
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
}
