namespace Interceptors.Discovery.Tests;

public sealed class EndpointListTests
{
    private readonly EndpointList _list = new(Unconnected.Endpoint);

    [Fact]
    public void Any_sequence_of_lists_gives_what_was_added_removed_and_changed()
    {
        var random = new Random(17);
        var known = new Dictionary<string, BalancedEndpoint>();
        for (var step = 0; step < 300; step++)
        {
            var hosts = Enumerable.Range(0, 40).Where(_ => random.Next(3) > 0).Select(i => (Host: $"h{i}", Weight: random.Next(1, 3)))
                .ToArray();
            if (random.Next(2) == 0)
                random.Shuffle(hosts);
            var weights = known.ToDictionary(k => k.Key, k => k.Value.Weight);

            _list.Update([.. hosts.Select(h => Unconnected.Address(h.Host, h.Weight))]);

            Assert.Equal(hosts.Select(h => h.Host), _list.All.ToArray().Select(HostOf));
            Assert.Equal(hosts.Select(h => h.Host).Except(known.Keys).Order(), _list.Added.Select(HostOf).Order());
            Assert.Equal(known.Keys.Except(hosts.Select(h => h.Host)).Order(), _list.Removed.Select(HostOf).Order());
            Assert.Equal(
                hosts.Where(h => weights.TryGetValue(h.Host, out var w) && w != h.Weight).Select(h => h.Host).Order(),
                _list.Changed.Select(HostOf).Order());
            foreach (var endpoint in _list.All)
                Assert.True(!known.TryGetValue(HostOf(endpoint), out var before) || ReferenceEquals(before, endpoint));
            known = _list.All.ToArray().ToDictionary(HostOf);
        }
    }

    [Fact]
    public void An_update_allocates_for_what_has_changed_only()
    {
        var addresses = Enumerable.Range(10_000, 10_000).Select(i => Unconnected.Address($"h{i}")).ToArray();
        var other = addresses.ToArray();
        other[5_000] = Unconnected.Address("h14999x");
        _list.Update(addresses);
        _list.Update(other);

        var before = GC.GetAllocatedBytesForCurrentThread();
        _list.Update(addresses);

        Assert.Equal((1, 1), (_list.Added.Count, _list.Removed.Count));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
    }

    private static string HostOf(BalancedEndpoint endpoint) => endpoint.Endpoint.Host;
}
