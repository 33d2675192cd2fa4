using System.Net;

namespace Interceptors.Discovery.Tests;

public sealed class AdvertisedEndpointTests
{
    [Theory]
    [InlineData("http://127.0.0.1:5000", "127.0.0.1:5000")]
    [InlineData("https://10.0.0.1:5001", "10.0.0.1:5001")]
    [InlineData("http://[::1]:5000", "[::1]:5000")]
    [InlineData("http://localhost:5000/", "localhost:5000")]
    public void The_bound_address_is_registered(string bound, string expected) =>
        Assert.Equal(expected, AdvertisedEndpoint.From([bound], "user", new())!.Address);

    [Theory]
    [InlineData("http://0.0.0.0:5000")]
    [InlineData("http://[::]:5000")]
    [InlineData("http://*:5000")]
    [InlineData("http://+:5000")]
    public void A_wildcard_is_replaced_by_the_advertised_host(string bound) =>
        Assert.Equal("10.1.2.3:5000", AdvertisedEndpoint.From([bound], "user", new() { AdvertisedHost = "10.1.2.3" })!.Address);

    [Fact]
    public void Without_an_advertised_host_a_wildcard_is_replaced_by_the_pods_address_and_then_by_an_interfaces()
    {
        Environment.SetEnvironmentVariable(AdvertisedEndpoint.PodIpVariable, "10.9.9.9");
        Assert.Equal("10.9.9.9:80", AdvertisedEndpoint.From(["http://[::]:80"], "user", new())!.Address);

        Environment.SetEnvironmentVariable(AdvertisedEndpoint.PodIpVariable, null);
        try
        {
            var host = IPAddress.Parse(AdvertisedEndpoint.From(["http://[::]:80"], "user", new())!.Host);
            Assert.False(IPAddress.IsLoopback(host));
            Assert.NotEqual(IPAddress.Any, host);
        }
        catch (InvalidOperationException e)
        {
            // A machine with no network but loopback.
            Assert.Contains(nameof(ServiceRegistrationOptions.AdvertisedHost), e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_advertised_host_wins_over_a_specific_bind() =>
        Assert.Equal("gateway:5000", AdvertisedEndpoint.From(["http://127.0.0.1:5000"], "user", new() { AdvertisedHost = "gateway" })!.Address);

    [Fact]
    public void Several_addresses_of_one_port_are_one_and_the_specific_one_counts() =>
        Assert.Equal("10.0.0.1:80", AdvertisedEndpoint.From(["http://[::]:80", "http://10.0.0.1:80"], "user", new())!.Address);

    [Fact]
    public void Several_ports_need_a_decision()
    {
        string[] bound = ["http://127.0.0.1:80", "https://127.0.0.1:443"];
        var error = Assert.Throws<InvalidOperationException>(() => AdvertisedEndpoint.From(bound, "user", new()));
        Assert.Contains("ServiceRegistrationOptions.Port", error.Message, StringComparison.Ordinal);

        Assert.Equal("127.0.0.1:443", AdvertisedEndpoint.From(bound, "user", new() { Port = 443 })!.Address);
        Assert.Throws<InvalidOperationException>(() => AdvertisedEndpoint.From(bound, "user", new() { Port = 8080 }));
    }

    [Theory]
    [InlineData("http://unix:/tmp/socket")]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("")]
    public void What_no_other_machine_can_call_is_not_registered(string bound) =>
        Assert.Null(AdvertisedEndpoint.From([bound], "user", new()));

    [Fact]
    public void Metadata_goes_along() =>
        Assert.Equal("a", AdvertisedEndpoint.From(["http://127.0.0.1:80"], "user", new() { Metadata = { ["zone"] = "a" } })!.Metadata["zone"]);
}
