namespace Interceptors.Discovery.Tests;

public sealed class DiscoveryTargetTests
{
    [Theory]
    [InlineData("etcd:///user", "etcd", "", "user")]
    [InlineData("ETCD:///user", "etcd", "", "user")]
    [InlineData("etcd:///My-Svc/Sub", "etcd", "", "My-Svc/Sub")]
    [InlineData("etcd://other/user", "etcd", "other", "user")]
    [InlineData("etcd://Other.Cluster-1/user", "etcd", "other.cluster-1", "user")]
    [InlineData(" etcd:///user ", "etcd", "", "user")]
    [InlineData("memory:///user", "memory", "", "user")]
    [InlineData("memory:///team/user", "memory", "", "team/user")]
    [InlineData("static:///10.0.0.1:80", "static", "", "10.0.0.1:80")]
    [InlineData("static:///h1:80,h2:81,[::1]:82", "static", "", "h1:80,h2:81,[::1]:82")]
    [InlineData("dns:///host", "dns", "", "host")]
    [InlineData("dns:///host:80", "dns", "", "host:80")]
    [InlineData("dns:host:80", "dns", "", "host:80")]
    [InlineData("dns:host", "dns", "", "host")]
    [InlineData("dns:///[::1]:80", "dns", "", "[::1]:80")]
    [InlineData("localhost:5000", "dns", "", "localhost:5000")]
    [InlineData("10.0.0.1:80", "dns", "", "10.0.0.1:80")]
    [InlineData("[::1]:80", "dns", "", "[::1]:80")]
    [InlineData("user", "dns", "", "user")]
    [InlineData("user.internal", "dns", "", "user.internal")]
    [InlineData("etcd:2379", "dns", "", "etcd:2379")]
    [InlineData("dns:80", "dns", "", "dns:80")]
    public void A_target_is_read(string text, string scheme, string authority, string endpoint)
    {
        var target = DiscoveryTarget.Parse(text);

        Assert.Equal((scheme, authority, endpoint), (target.Scheme, target.Authority, target.Endpoint));
        Assert.Equal(target, DiscoveryTarget.Parse(target.ToString()));
        Assert.Equal(scheme, target.ToUri().Scheme);
    }

    [Fact]
    public void Static_addresses_are_read_back_from_the_uri()
    {
        var uri = DiscoveryTarget.Parse("static:///h1:80,[::1]:82").ToUri();

        Assert.Equal([("h1", 80), ("::1", 82)], DiscoveryResolvers.StaticAddresses(uri).Select(a => (a.EndPoint.Host, a.EndPoint.Port)));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("   ", "empty")]
    [InlineData("etcd://user", "three slashes")]
    [InlineData("etcd:///", "no endpoint")]
    [InlineData("etcd://other/", "no endpoint")]
    [InlineData("etcd:////user", "not a service name")]
    [InlineData("etcd:///user/", "not a service name")]
    [InlineData("etcd:///a//b", "not a service name")]
    [InlineData("etcd:///a/../b", "not a service name")]
    [InlineData("etcd:///us er", "character ' '")]
    [InlineData("etcd:///user?x=1", "character '?'")]
    [InlineData("etcd:///user#x", "character '#'")]
    [InlineData("etcd:///a%20b", "character '%'")]
    [InlineData("etcd:///a,b", "not a service name")]
    [InlineData("etcd://h1:2379/user", "not the name of a cluster")]
    [InlineData("etcd://h1:2379,h2:2379/user", "not the name of a cluster")]
    [InlineData("etcd://user:password@h1/user", "not the name of a cluster")]
    [InlineData("memory://host/user", "no authority")]
    [InlineData("memory://user", "three slashes")]
    [InlineData("memory:///", "no endpoint")]
    [InlineData("static:///", "no endpoint")]
    [InlineData("static:///h1", "no port")]
    [InlineData("static:///h1:80,", "'' is not an endpoint")]
    [InlineData("static:///h1:80,h2:0", "'h2:0' is not an endpoint")]
    [InlineData("static://h1:80", "three slashes")]
    [InlineData("dns://8.8.8.8/host", "no authority")]
    [InlineData("dns:///", "no endpoint")]
    [InlineData("dns:///a b", "character ' '")]
    [InlineData("dns:///host:port", "not a host")]
    [InlineData("dns:///host/path", "not a host")]
    [InlineData("http://localhost:5000", "'http' is not known")]
    [InlineData("https://localhost/x", "'https' is not known")]
    [InlineData("consul:///user", "'consul' is not known")]
    [InlineData("://user", "'' is not known")]
    [InlineData("etcd:user", "not a host")]
    [InlineData("etcd:/user", "not a host")]
    [InlineData("host:0", "not a host")]
    [InlineData("host:99999", "not a host")]
    [InlineData(":80", "not a host")]
    [InlineData("h1:80,h2:80", "not a host")]
    [InlineData("::1:80:x", "not a host")]
    public void Anything_else_is_refused_with_the_reason_and_the_right_form(string text, string reason)
    {
        var error = Assert.Throws<ArgumentException>("target", () => DiscoveryTarget.Parse(text));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains("etcd:///user", error.Message, StringComparison.Ordinal);
    }
}
