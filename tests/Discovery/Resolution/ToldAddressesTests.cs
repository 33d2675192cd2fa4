namespace Interceptors.Discovery.Tests;

public sealed class ToldAddressesTests
{
    private readonly ToldAddresses _told = new(new DiscoveryResolverOptions());

    private static DiscoveryEndpoint Endpoint(string host, int weight = 100) =>
        new(host, 80, new Dictionary<string, string> { [EndpointMetadata.Weight] = $"{weight}" });

    [Fact]
    public void What_stays_in_the_list_is_told_as_the_same_object()
    {
        var (a, b, c, d) = (Endpoint("a"), Endpoint("b"), Endpoint("c"), Endpoint("d"));
        var first = _told.Of([a, b, d]);

        var second = _told.Of([b, c, d]);

        Assert.Equal(["b", "c", "d"], second.Select(e => e.EndPoint.Host));
        Assert.Same(first[1], second[0]);
        Assert.Same(first[2], second[2]);
    }

    [Fact]
    public void An_endpoint_with_other_metadata_is_told_anew()
    {
        _told.Of([Endpoint("a", 1), Endpoint("b", 1)]);

        var second = _told.Of([Endpoint("a", 2), Endpoint("b", 1)]);

        Assert.True(second[0].Attributes.TryGetValue(EndpointAttributes.Endpoint, out var endpoint));
        Assert.Equal(2, endpoint.Weight);
    }

    [Fact]
    public void What_comes_back_after_an_empty_list_is_told_anew()
    {
        var a = Endpoint("a");
        _told.Of([a]);

        Assert.Empty(_told.Of([]));
        Assert.Equal("a", Assert.Single(_told.Of([a])).EndPoint.Host);
    }
}
