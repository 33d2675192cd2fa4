namespace Interceptors.Discovery.Tests;

public sealed class DiscoveryTargetTests
{
    private const string Name =
        "is not a service name, which is a name such as user or team/user: letters, digits and . _ ~ @ : + -, parts separated by single "
            + "slashes";

    private const string Port = "its port is not a number between 1 and 65535";
    private const string Host = "its host is not a name and not an IP address";
    private const string Cluster = "is not the name of a cluster; addresses of etcd are configured, not part of the target";
    private const string UserInformation = "it has user information; credentials are configured, not part of the target";
    private const string Query = "it has a query; options are configured, not part of the target";

    [Theory]
    [InlineData("etcd:///user", "etcd", "", "user")]
    [InlineData("ETCD:///user", "etcd", "", "user")]
    [InlineData("etcd:///My-Svc/Sub", "etcd", "", "My-Svc/Sub")]
    [InlineData("etcd:///USER", "etcd", "", "USER")]
    [InlineData("etcd:///a.b_c~d@e:f+g-h", "etcd", "", "a.b_c~d@e:f+g-h")]
    [InlineData("etcd:///team%2Fuser", "etcd", "", "team/user")]
    [InlineData("etcd:///%75ser", "etcd", "", "user")]
    [InlineData("etcd:///mail%40home", "etcd", "", "mail@home")]
    [InlineData("etcd://other/user", "etcd", "other", "user")]
    [InlineData("etcd://other/mail@home", "etcd", "other", "mail@home")]
    [InlineData("etcd://Other.Cluster-1/User", "etcd", "other.cluster-1", "User")]
    [InlineData(" etcd:///user ", "etcd", "", "user")]
    [InlineData("memory:///user", "memory", "", "user")]
    [InlineData("memory:///team/user", "memory", "", "team/user")]
    [InlineData("static:///10.0.0.1:80", "static", "", "10.0.0.1:80")]
    [InlineData("static:///h1:80,h2:81,[::1]:82", "static", "", "h1:80,h2:81,[::1]:82")]
    [InlineData("static:///%5B::1%5D:82", "static", "", "[::1]:82")]
    [InlineData("static:///h1:80%2Ch2:81", "static", "", "h1:80,h2:81")]
    [InlineData("static:///[fe80::1%252]:82", "static", "", "[fe80::1%2]:82")]
    [InlineData("unix:///run/user.sock", "unix", "", "run/user.sock")]
    [InlineData("unix:/run/user.sock", "unix", "", "run/user.sock")]
    [InlineData("dns:///host", "dns", "", "host")]
    [InlineData("dns:///host:80", "dns", "", "host:80")]
    [InlineData("dns:///host:65535", "dns", "", "host:65535")]
    [InlineData("dns:host:80", "dns", "", "host:80")]
    [InlineData("dns:host", "dns", "", "host")]
    [InlineData("dns:///[::1]", "dns", "", "[::1]")]
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
        Assert.Equal(target, DiscoveryTarget.Parse(new Uri(target.ToString()).OriginalString));
        Assert.Equal(scheme, new Uri(target.ToString()).Scheme);
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("   ", "it is empty")]
    [InlineData("etcd://user", "it names nothing after the authority 'user'; without authority write three slashes")]
    [InlineData("etcd://", "it names nothing after the authority ''; without authority write three slashes")]
    [InlineData("etcd:///", "it names no endpoint")]
    [InlineData("etcd://other/", "it names no endpoint")]
    [InlineData("etcd:////user", $"'/user' {Name}")]
    [InlineData("etcd:///user/", "it ends with a slash")]
    [InlineData("etcd:///user%2F", "it ends with a slash")]
    [InlineData("etcd:///a//b", $"'a//b' {Name}")]
    [InlineData("etcd:///a/../b", $"'a/../b' {Name}")]
    [InlineData("etcd:///%2e%2e/b", $"'../b' {Name}")]
    [InlineData("etcd:///us er", "it holds the character ' '")]
    [InlineData("etcd:///us%20er", $"'us er' {Name}")]
    [InlineData("etcd:///us\\er", "it holds the character '\\'")]
    [InlineData("etcd:///%", "its percent-encoding is broken")]
    [InlineData("etcd:///us%2", "its percent-encoding is broken")]
    [InlineData("etcd:///us%zzer", "its percent-encoding is broken")]
    [InlineData("etcd:///us%252Fer", $"'us%2Fer' {Name}")]
    [InlineData("etcd:///user#x", "it has a fragment")]
    [InlineData("etcd:///a,b", $"'a,b' {Name}")]
    [InlineData("etcd:///bücher", $"'bücher' {Name}")]
    [InlineData("etcd://h1:2379/user", $"'h1:2379' {Cluster}")]
    [InlineData("etcd://h1:2379,h2:2379/user", $"'h1:2379,h2:2379' {Cluster}")]
    [InlineData("etcd://a_b/user", $"'a_b' {Cluster}")]
    [InlineData("memory://host/user", "a memory target has no authority, so it starts with memory:///")]
    [InlineData("memory://user", "it names nothing after the authority 'user'; without authority write three slashes")]
    [InlineData("memory:///", "it names no endpoint")]
    [InlineData("memory:///user/", "it ends with a slash")]
    [InlineData("memory:user", "after 'memory:' it needs three slashes")]
    [InlineData("static:///", "it names no endpoint")]
    [InlineData("static:///h1", "'h1' is not an endpoint: it has no port")]
    [InlineData("static:///h1:80,", "'' is not an endpoint: it has no port")]
    [InlineData("static:///h1:80,h2:0", $"'h2:0' is not an endpoint: {Port}")]
    [InlineData("static:///h1:65536", $"'h1:65536' is not an endpoint: {Port}")]
    [InlineData("static:///::1:80", "'::1:80' is not an endpoint: an IPv6 address needs brackets")]
    [InlineData("static:///h1:80/", "it ends with a slash")]
    [InlineData("static://h1:80", "it names nothing after the authority 'h1:80'; without authority write three slashes")]
    [InlineData("static:h1:80", "after 'static:' it needs three slashes")]
    [InlineData("dns://8.8.8.8/host", "a dns target has no authority, so it starts with dns:///")]
    [InlineData("dns:///", "it names no endpoint")]
    [InlineData("dns:", "it names no endpoint")]
    [InlineData("dns:///a b", "it holds the character ' '")]
    [InlineData("dns:///host:port", $"'host:port' is not a host: {Port}")]
    [InlineData("dns:///host:0", $"'host:0' is not a host: {Port}")]
    [InlineData("dns:///host:99999", $"'host:99999' is not a host: {Port}")]
    [InlineData("dns:///host:-1", $"'host:-1' is not a host: {Port}")]
    [InlineData("dns:///host:80/", "it ends with a slash")]
    [InlineData("dns:///host/path", "'host/path' is not a host: it has no port")]
    [InlineData("dns:///::1", "'::1' is not a host: an IPv6 address needs brackets")]
    [InlineData("dns:///[::1", $"'[::1' is not a host: {Host}")]
    [InlineData("http://localhost:5000", "the scheme 'http' is not known")]
    [InlineData("https://localhost/x", "the scheme 'https' is not known")]
    [InlineData("consul:///user", "the scheme 'consul' is not known")]
    [InlineData("://user", "the scheme '' is not known")]
    [InlineData("etcd:user", "after 'etcd:' it needs three slashes")]
    [InlineData("etcd:/user", "after 'etcd:' it needs three slashes")]
    [InlineData("/user", "'/user' is not a host: it has no port")]
    [InlineData("host:0", $"'host:0' is not a host: {Port}")]
    [InlineData("host:99999", $"'host:99999' is not a host: {Port}")]
    [InlineData("host:80/path", $"'host:80/path' is not a host: {Port}")]
    [InlineData(":80", "':80' is not a host: it has no host")]
    [InlineData("h1:80,h2:80", $"'h1:80,h2:80' is not a host: {Host}")]
    [InlineData("::1", "'::1' is not a host: an IPv6 address needs brackets")]
    [InlineData("::1:80:x", "'::1:80:x' is not a host: an IPv6 address needs brackets")]
    public void Anything_else_is_refused_with_the_input_the_reason_and_the_right_form(string text, string reason) =>
        AssertRefused(text, text, reason);

    [Theory]
    [InlineData("etcd://user:secret@h1/user", "etcd://***@h1/user", UserInformation)]
    [InlineData("etcd://user:se@cret@h1/user", "etcd://***@h1/user", UserInformation)]
    [InlineData("etcd://user:secret@h1", "etcd://***@h1", UserInformation)]
    [InlineData("memory://user:secret@/user", "memory://***@/user", UserInformation)]
    [InlineData("dns://secret@8.8.8.8/host", "dns://***@8.8.8.8/host", UserInformation)]
    [InlineData("dns:///user:secret@host:80", "dns://***@host:80", UserInformation)]
    [InlineData("static:///h1:80,user:secret@h2:80", "static://***@h2:80", UserInformation)]
    [InlineData("user:secret@host:80", "***@host:80", UserInformation)]
    [InlineData("http://user:secret@host", "http://***@host", "the scheme 'http' is not known")]
    [InlineData("etcd:///user?token=secret", "etcd:///user?...", Query)]
    [InlineData("dns:///host:80?", "dns:///host:80?...", Query)]
    [InlineData("etcd://user:secret@h/user?token=secret", "etcd://***@h/user?...", Query)]
    public void What_can_be_a_secret_is_not_repeated(string text, string shown, string reason) => AssertRefused(text, shown, reason);

    private static void AssertRefused(string text, string shown, string reason)
    {
        var error = Assert.Throws<ArgumentException>("target", () => DiscoveryTarget.Parse(text));

        Assert.Equal(
            $"'{shown}' is not a target: {reason}. Give etcd:///user, etcd://cluster/user, memory:///user, "
                + "static:///10.0.0.1:80,10.0.0.2:80, dns:///host:80 or host:80. (Parameter 'target')",
            error.Message);
    }
}
