namespace Interceptors.Discovery.Tests;

public sealed class PlainEndpointFormatTests
{
    private const string NoPort = "!its address is not host:port: it has no port";

    private readonly PlainEndpointFormat _format = new("/project/service/");

    [Theory]
    [InlineData("127.0.0.1:9999", "127.0.0.1:9999")]
    [InlineData("10.0.0.5:8080", "10.0.0.5:8080")]
    [InlineData(" 10.0.0.5:8080\n", "10.0.0.5:8080")]
    [InlineData("\uFEFF10.0.0.5:8080", "10.0.0.5:8080")]
    [InlineData("User.Internal:80", "user.internal:80")]
    [InlineData("[::1]:80", "[::1]:80")]
    [InlineData("[2001:DB8::0:1]:80", "[2001:db8::1]:80")]
    [InlineData("::1:80", "!its address is not host:port: an IPv6 address needs brackets")]
    [InlineData("10.0.0.5", NoPort)]
    [InlineData("10.0.0.5:", "!its address is not host:port: its port is not a number between 1 and 65535")]
    [InlineData("10.0.0.5:0", "!its address is not host:port: its port is not a number between 1 and 65535")]
    [InlineData("10.0.0.5:65536", "!its address is not host:port: its port is not a number between 1 and 65535")]
    [InlineData(":8080", "!its address is not host:port: it has no host")]
    [InlineData("http://10.0.0.5:80", "!its address is not host:port: it has a scheme")]
    [InlineData("10.0.0.5:80,10.0.0.6:80", "!its address is not host:port: its host is not a name and not an IP address")]
    [InlineData("0.0.0.0:80", "!its address means every address of some machine, which nobody can call")]
    [InlineData("[::]:80", "!its address means every address of some machine, which nobody can call")]
    [InlineData("   ", "!it has no address")]
    [InlineData("nonsense", NoPort)]
    [InlineData("{\"Addr\":\"10.0.0.5:80\"}", "!its address is not host:port: its host is not a name and not an IP address")]
    public void Values_are_read(string value, string expected) => Assert.Equal(expected, _format.Read(value));

    [Fact]
    public void A_key_stands_for_an_instance_of_its_own_service_only()
    {
        Assert.True(_format.IsInstanceKey("user", "/project/service/user/1"));
        Assert.False(_format.IsInstanceKey("user", "/project/service/user/admin/1"));
        Assert.True(_format.IsInstanceKey("user/admin", "/project/service/user/admin/1"));
    }
}
