using System.Net;

namespace Interceptors.Discovery.AspNetCore.Tests;

public sealed class AdvertisedEndpointsTests
{
    private static readonly HostNetwork NoNetwork = new(PodIp: null, () => []);

    [Theory]
    [InlineData("http://127.0.0.1:5000", "127.0.0.1:5000")]
    [InlineData("https://10.0.0.1:5001", "10.0.0.1:5001")]
    [InlineData("http://[::1]:5000", "[::1]:5000")]
    [InlineData("http://localhost:5000/", "localhost:5000")]
    public void The_bound_address_is_registered(string bound, string expected) => Assert.Equal(expected, Single(bound).Address);

    [Theory]
    [InlineData("http://0.0.0.0:5000")]
    [InlineData("http://[::]:5000")]
    [InlineData("http://*:5000")]
    [InlineData("http://+:5000")]
    public void A_wildcard_is_replaced_by_the_advertised_host(string bound) =>
        Assert.Equal("10.1.2.3:5000", From(new() { AdvertisedHost = "10.1.2.3" }, NoNetwork, bound).Single().Address);

    [Fact]
    public void Without_an_advertised_host_a_wildcard_is_replaced_by_the_pods_address_and_then_by_an_interfaces()
    {
        var network = Network("10.0.0.7");
        Assert.Equal("10.9.9.9:80", From(new(), network with { PodIp = " 10.9.9.9 " }, "http://[::]:80").Single().Address);
        Assert.Equal("10.0.0.7:80", From(new(), network, "http://[::]:80").Single().Address);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("my-pod")]
    public void A_wrong_pod_address_is_an_error_that_names_it(string podIp)
    {
        var error = Assert.Throws<InvalidOperationException>(() => From(new(), NoNetwork with { PodIp = podIp }, "http://[::]:80"));

        Assert.Contains($"POD_IP is '{podIp}'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1", "10.0.0.2")]
    [InlineData("10.0.0.1", "169.254.1.1", "127.0.0.1", "fe80::1", "10.0.0.1")]
    [InlineData("10.0.0.1", "2001:db8::1", "10.0.0.1")]
    [InlineData("2001:db8::1", "fe80::1", "::1", "2001:db8::1")]
    public void The_first_suitable_interface_counts_and_IPv4_before_IPv6(string expected, params string[] addresses) =>
        Assert.Equal(expected, From(new(), Network(addresses), "http://*:80").Single().Host);

    [Fact]
    public void An_interface_with_a_gateway_comes_before_one_without()
    {
        var network = new HostNetwork(PodIp: null, () => [(IPAddress.Parse("172.17.0.1"), false), (IPAddress.Parse("10.0.0.1"), true)]);

        Assert.Equal("10.0.0.1", From(new(), network, "http://*:80").Single().Host);
    }

    [Fact]
    public void A_machine_without_a_network_says_what_to_set()
    {
        var error = Assert.Throws<InvalidOperationException>(() => From(new(), NoNetwork, "http://*:80"));

        Assert.Contains(
            "ServiceRegistrationOptions.AdvertisedHost or the environment variable POD_IP", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("case", "discovery 11")]
    public void Behind_a_port_mapping_the_outer_address_is_registered()
    {
        var options = new ServiceRegistrationOptions { AdvertisedHost = "192.0.2.10", AdvertisedPort = 30080 };

        Assert.Equal("192.0.2.10:30080", From(options, NoNetwork, "http://0.0.0.0:8080").Single().Address);
    }

    [Fact]
    public void The_advertised_host_wins_over_a_specific_bind() =>
        Assert.Equal("gateway:5000", From(new() { AdvertisedHost = "gateway" }, NoNetwork, "http://127.0.0.1:5000").Single().Address);

    [Fact]
    public void Several_addresses_of_one_port_are_one_and_the_specific_one_counts() =>
        Assert.Equal("10.0.0.1:80", From(new(), NoNetwork, "http://[::]:80", "http://127.0.0.1:80", "http://10.0.0.1:80").Single().Address);

    [Fact]
    public void Loopback_counts_only_if_nothing_else_is_bound()
    {
        Assert.Equal("127.0.0.1:80", From(new(), Network("10.0.0.1"), "http://127.0.0.1:80", "http://[::1]:80").Single().Address);
        Assert.Equal("10.0.0.1:80", From(new(), Network("10.0.0.1"), "http://127.0.0.1:80", "http://[::]:80").Single().Address);
    }

    [Fact]
    public void Several_specific_addresses_of_a_port_need_a_decision()
    {
        string[] bound = ["http://10.0.0.1:80", "http://192.168.0.1:80"];
        var error = Assert.Throws<InvalidOperationException>(() => From(new(), NoNetwork, bound));
        Assert.Contains("10.0.0.1 and 192.168.0.1. Give the one that clients shall call in ServiceRegistrationOptions.AdvertisedHost",
            error.Message, StringComparison.Ordinal);

        Assert.Equal("192.168.0.1:80", From(new() { AdvertisedHost = "192.168.0.1" }, NoNetwork, bound).Single().Address);
    }

    [Fact]
    public void Several_ports_need_a_decision()
    {
        string[] bound = ["http://127.0.0.1:80", "https://127.0.0.1:443"];
        var error = Assert.Throws<InvalidOperationException>(() => From(new(), NoNetwork, bound));
        Assert.Contains(
            "80 (http), 443 (https). Give the one to register in ServiceRegistrationOptions.Port", error.Message, StringComparison.Ordinal);

        Assert.Equal("127.0.0.1:443", From(new() { Port = 443 }, NoNetwork, bound).Single().Address);
        Assert.Equal("127.0.0.1:443", From(new() { Scheme = "https" }, NoNetwork, bound).Single().Address);
        Assert.Equal(["127.0.0.1:80", "127.0.0.1:443"], From(new() { AllPorts = true }, NoNetwork, bound).Select(e => e.Address));
    }

    [Fact]
    public void A_port_that_is_not_bound_is_an_error()
    {
        var error = Assert.Throws<InvalidOperationException>(() => From(new() { Port = 8080 }, NoNetwork, "http://127.0.0.1:80"));

        Assert.Contains("Give another ServiceRegistrationOptions.Port", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_endpoint_with_tls_says_so()
    {
        Assert.Equal("grpcs", Single("https://127.0.0.1:443").Metadata[EndpointMetadata.Scheme]);
        Assert.Empty(Single("http://127.0.0.1:80").Metadata);
    }

    [Theory]
    [InlineData("http://unix:/tmp/socket")]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("")]
    public void What_no_other_machine_can_call_is_not_registered(string bound) => Assert.Empty(From(new(), NoNetwork, bound));

    [Fact]
    public void What_clients_shall_know_goes_along()
    {
        var options = new ServiceRegistrationOptions { Weight = 5, Zone = "north", Version = "2.1", Tags = { "canary", "gpu" } };
        options.Metadata["rack"] = "7";
        options.Metadata["zone"] = "overruled";
        var endpoint = From(options, NoNetwork, "http://127.0.0.1:80").Single();

        Assert.Equal((5, "north", "2.1", "7"), (endpoint.Weight, endpoint.Zone, endpoint.Version, endpoint.Metadata["rack"]));
        Assert.Equal(["canary", "gpu"], endpoint.Tags);
    }

    [Fact]
    public void The_id_is_the_address_or_the_chosen_one_or_a_random_one()
    {
        string[] one = ["http://127.0.0.1:80"];
        string[] two = ["http://127.0.0.1:80", "http://127.0.0.1:81"];
        Assert.Equal(["127.0.0.1:80"], Ids(new(), one));
        Assert.Equal(["a"], Ids(new() { Id = "a" }, one));
        Assert.Equal(["a:80", "a:81"], Ids(new() { Id = "a", AllPorts = true }, two));
        Assert.NotEqual(Ids(new() { RandomId = true }, one), Ids(new() { RandomId = true }, one));
    }

    private static IEnumerable<string> Ids(ServiceRegistrationOptions options, string[] bound) =>
        AdvertisedInstances.From("user", options, bound).Select(i => i.Id);

    private static DiscoveryEndpoint Single(string bound) => From(new(), NoNetwork, bound).Single();

    private static HostNetwork Network(params string[] addresses) =>
        new(PodIp: null, () => addresses.Select(a => (IPAddress.Parse(a), true)));

    private static IReadOnlyList<DiscoveryEndpoint> From(ServiceRegistrationOptions options, HostNetwork network, params string[] bound) =>
        new AdvertisedEndpoints("user", options, network).From(bound);
}
