namespace Interceptors.Discovery.Tests;

public sealed class DiscoveryEndpointTests
{
    [Theory]
    [InlineData("10.0.0.1:80", "10.0.0.1", 80, "10.0.0.1:80")]
    [InlineData("localhost:1", "localhost", 1, "localhost:1")]
    [InlineData("User.Internal:65535", "user.internal", 65535, "user.internal:65535")]
    [InlineData("my_host-1:443", "my_host-1", 443, "my_host-1:443")]
    [InlineData("[::1]:80", "::1", 80, "[::1]:80")]
    [InlineData("[2001:DB8::0:1]:80", "2001:db8::1", 80, "[2001:db8::1]:80")]
    public void A_host_and_port_is_read(string text, string host, int port, string address)
    {
        var endpoint = DiscoveryEndpoint.Parse(text);

        Assert.Equal((host, port, address), (endpoint.Host, endpoint.Port, endpoint.Address));
        Assert.True(DiscoveryEndpoint.TryParse(text, out var same));
        Assert.Equal(endpoint, same);
    }

    [Theory]
    [InlineData("", "no port")]
    [InlineData("localhost", "no port")]
    [InlineData(":80", "no host")]
    [InlineData("http://localhost:80", "scheme")]
    [InlineData("::1:80", "brackets")]
    [InlineData("[::1]", "no port")]
    [InlineData("[nonsense]:80", "not a name")]
    [InlineData("a b:80", "not a name")]
    [InlineData("host:0", "between 1 and 65535")]
    [InlineData("host:65536", "between 1 and 65535")]
    [InlineData("host:-1", "between 1 and 65535")]
    [InlineData("host:+1", "between 1 and 65535")]
    [InlineData("host:80x", "between 1 and 65535")]
    [InlineData("host:", "between 1 and 65535")]
    [InlineData("host/path:80", "not a name")]
    [InlineData("{\"Addr\":\"10.0.0.1:80\"}", "not a name")]
    public void Anything_else_is_refused_with_the_reason(string text, string reason)
    {
        var error = Assert.Throws<FormatException>(() => DiscoveryEndpoint.Parse(text));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains("host:port", error.Message, StringComparison.Ordinal);
        Assert.False(DiscoveryEndpoint.TryParse(text, out _));
    }

    [Fact]
    public void Endpoints_with_one_address_are_equal_if_their_metadata_is()
    {
        var plain = new DiscoveryEndpoint("Host", 80);
        var one = new DiscoveryEndpoint("host", 80, new Dictionary<string, string> { ["zone"] = "a", ["weight"] = "1" });
        var same = new DiscoveryEndpoint("host", 80, new Dictionary<string, string> { ["weight"] = "1", ["zone"] = "a" });

        Assert.Equal(plain, new DiscoveryEndpoint("host", 80));
        Assert.Equal(one, same);
        Assert.Equal(one.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(plain, one);
    }

    [Fact]
    public void Weight_zone_version_and_tags_are_read_from_the_metadata()
    {
        var endpoint = With(("weight", "7"), ("zone", "a"), ("version", "v2"), ("tags", "canary, gpu,,"));

        Assert.Equal((7, "a", "v2"), (endpoint.Weight, endpoint.Zone, endpoint.Version));
        Assert.Equal(["canary", "gpu"], endpoint.Tags);
    }

    [Fact]
    public void What_is_not_said_has_a_default()
    {
        var endpoint = With(("zone", " "), ("tags", " , "));

        Assert.Equal((100, null, null), (endpoint.Weight, endpoint.Zone, endpoint.Version));
        Assert.Empty(endpoint.Tags);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("2.5")]
    [InlineData("99999999999")]
    [InlineData("heavy")]
    [InlineData("")]
    public void A_weight_that_is_not_a_positive_whole_number_is_the_default(string weight) =>
        Assert.Equal(DiscoveryEndpoint.DefaultWeight, With(("weight", weight)).Weight);

    [Fact]
    public void Endpoints_of_different_weight_or_zone_are_not_equal()
    {
        Assert.NotEqual(With(("weight", "1")), With(("weight", "2")));
        Assert.NotEqual(With(("zone", "a")), With(("zone", "b")));
    }

    [Fact]
    public void Metadata_does_not_change_with_what_it_was_made_from()
    {
        var metadata = new Dictionary<string, string> { ["zone"] = "a" };
        var endpoint = new DiscoveryEndpoint("host", 80, metadata);
        metadata["zone"] = "b";

        Assert.Equal("a", endpoint.Metadata["zone"]);
    }

    private static DiscoveryEndpoint With(params (string Key, string Value)[] metadata) =>
        new("host", 80, metadata.ToDictionary(m => m.Key, m => m.Value));
}
