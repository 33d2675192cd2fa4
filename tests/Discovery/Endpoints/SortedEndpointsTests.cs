namespace Interceptors.Discovery.Tests;

public sealed class SortedEndpointsTests
{
    private readonly SortedEndpoints _sorted = new();

    private IEnumerable<string> Addresses => _sorted.ToSnapshot("user").Endpoints.Select(e => e.Address);

    [Fact]
    public void A_snapshot_is_sorted_by_address_whatever_the_keys_are()
    {
        _sorted.Add("1", new("c", 1));
        _sorted.Add("2", new("a", 1));
        _sorted.Add("0", new("b", 1));

        Assert.Equal(["a:1", "b:1", "c:1"], Addresses);
    }

    [Fact]
    public void Of_one_address_under_several_keys_the_first_key_counts_until_it_is_removed()
    {
        var (first, second, third) = (Weighing(1), Weighing(2), Weighing(3));
        _sorted.Add("2", second);
        _sorted.Add("3", third);
        _sorted.Add("1", first);

        Assert.Same(first, Assert.Single(_sorted.ToSnapshot("user").Endpoints));
        _sorted.Remove("1", first);
        Assert.Same(second, Assert.Single(_sorted.ToSnapshot("user").Endpoints));
        _sorted.Remove("3", third);
        Assert.Same(second, Assert.Single(_sorted.ToSnapshot("user").Endpoints));
        _sorted.Remove("2", second);
        Assert.Empty(Addresses);
    }

    [Fact]
    public void Of_one_address_twice_under_one_key_the_earlier_one_counts()
    {
        var (first, second) = (Weighing(1), Weighing(2));
        _sorted.Add("1", first);
        _sorted.Add("1", second);

        Assert.Same(first, Assert.Single(_sorted.ToSnapshot("user").Endpoints));
        _sorted.Remove("1", first);
        Assert.Same(second, Assert.Single(_sorted.ToSnapshot("user").Endpoints));
    }

    [Fact]
    public void After_many_changes_it_holds_what_was_added_and_not_removed()
    {
        var random = new Random(7);
        var model = new Dictionary<string, DiscoveryEndpoint>(StringComparer.Ordinal);
        for (var step = 0; step < 5_000; step++)
        {
            var key = $"{random.Next(100)}";
            if (model.Remove(key, out var before))
                _sorted.Remove(key, before);
            if (random.Next(3) == 0)
                continue;
            model[key] = new DiscoveryEndpoint($"h{random.Next(40)}", 1);
            _sorted.Add(key, model[key]);
        }

        var expected = model.OrderBy(e => e.Key, StringComparer.Ordinal).DistinctBy(e => e.Value.Address)
            .OrderBy(e => e.Value.Address, StringComparer.Ordinal).Select(e => e.Value);
        Assert.Equal(expected, _sorted.ToSnapshot("user").Endpoints, ReferenceEqualityComparer.Instance);
    }

    private static DiscoveryEndpoint Weighing(int weight) =>
        new("a", 1, new Dictionary<string, string> { [EndpointMetadata.Weight] = $"{weight}" });
}
