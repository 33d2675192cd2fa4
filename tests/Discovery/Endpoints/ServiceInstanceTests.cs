namespace Interceptors.Discovery.Tests;

public sealed class ServiceInstanceTests
{
    [Theory]
    [InlineData("user", "1")]
    [InlineData("team/user", "host-1_a.b~c@d:80+1")]
    [InlineData("User.V2", "[::1]:80")]
    public void Names_and_ids_that_are_safe_in_a_key_are_taken(string service, string id)
    {
        var instance = new ServiceInstance(service, new("10.0.0.1", 80), id);

        Assert.Equal((service, id), (instance.Service, instance.Id));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/user")]
    [InlineData("user/")]
    [InlineData("a//b")]
    [InlineData("a/../b")]
    [InlineData("us er")]
    [InlineData("user?")]
    [InlineData("a%2fb")]
    [InlineData("a,b")]
    [InlineData("user\n")]
    public void Other_names_are_refused(string service) =>
        Assert.Throws<ArgumentException>(() => new ServiceInstance(service, new("10.0.0.1", 80)));

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("a b")]
    public void Other_ids_are_refused(string id) =>
        Assert.Throws<ArgumentException>(() => new ServiceInstance("user", new("10.0.0.1", 80), id));

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("[::]")]
    public void A_wildcard_is_refused(string host)
    {
        var error = Assert.Throws<ArgumentException>("endpoint", () => new ServiceInstance("user", new(host, 80)));
        Assert.Contains("every address", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_id_is_the_address_by_default() =>
        Assert.Equal("10.0.0.1:80", new ServiceInstance("user", new("10.0.0.1", 80)).Id);
}
