namespace Interceptors.Discovery.Tests;

public sealed class DetectedFormatTests
{
    private readonly DetectedFormat _format = new("/project/service/");

    [Theory]
    [Trait("case", "discovery 18")]
    [InlineData("10.0.0.1:80", "10.0.0.1:80")]
    [InlineData("""{"Op":0,"Addr":"10.0.0.1:80","Metadata":null}""", "10.0.0.1:80")]
    [InlineData("""{"name":"user","endpoints":["grpc://10.0.0.1:80"]}""", "10.0.0.1:80")]
    [InlineData("""{"network":"tcp","address":"10.0.0.1:80","weight":0}""", "10.0.0.1:80 {weight=10}")]
    [InlineData("""{"name":"user","endpoints":[],"nodes":[{"address":"10.0.0.1:80"}]}""", "10.0.0.1:80")]
    [InlineData("""{"Host":"10.0.0.1","Port":80,"Address":"10.0.0.1:80"}""", "10.0.0.1:80")]
    [InlineData("""{"Host":"10.0.0.1","Port":80,"Enable":false}""", "")]
    [InlineData("""{"url":"10.0.0.1:80"}""", "!it is JSON of no known format: it has no Addr, nodes, Host, address or endpoints")]
    [InlineData("{}", "!it is JSON of no known format: it has no Addr, nodes, Host, address or endpoints")]
    [InlineData("{", "!it is not JSON from byte 1 of line 1 on")]
    [InlineData("http://10.0.0.1:5001", "10.0.0.1:5001")]
    [InlineData("https://10.0.0.1:5001/", "10.0.0.1:5001 {scheme=grpcs}")]
    [InlineData("grpcs://10.0.0.1:5001", "10.0.0.1:5001 {scheme=grpcs}")]
    [InlineData("http://10.0.0.1:5001/api", "!its address is not host:port: its port is not a number between 1 and 65535")]
    [InlineData("ftp://10.0.0.1:5001", "!its address is not host:port: it has a scheme")]
    [InlineData("\"10.0.0.1:5001\"", "10.0.0.1:5001")]
    [InlineData("""{"Address":"10.0.0.1","Port":5001}""", "10.0.0.1:5001")]
    [InlineData("""{"ip":"10.0.0.1","port":5001}""", "10.0.0.1:5001")]
    [InlineData("""{"ip":"::1","port":"5001","metadata":{"zone":"a"}}""", "[::1]:5001 {zone=a}")]
    [InlineData("""{"ip":"10.0.0.1","port":0}""", "!its address is not host:port: its port is not a number between 1 and 65535")]
    [InlineData("nonsense", "!its address is not host:port: it has no port")]
    public void Each_value_is_read_by_its_shape(string value, string expected) => Assert.Equal(expected, _format.Read(value));

    [Theory]
    [InlineData("/project/service/", "/project/service/a/b/1", "10.0.0.1:80")]
    [InlineData("/services/", "/services/a/b/1", "10.0.0.1:80")]
    [InlineData(
        "/microservices/", "/microservices/a/b/1",
        """{"id":"1","name":"a/b","version":"","metadata":null,"endpoints":["grpc://10.0.0.1:80"]}""")]
    [InlineData(
        "kitex/registry-etcd/", "kitex/registry-etcd/a/b/10.0.0.1:80",
        """{"network":"tcp","address":"10.0.0.1:80","weight":10,"tags":null}""")]
    [InlineData(
        "/micro/registry/", "/micro/registry/a-b/1",
        """{"name":"a/b","version":"","metadata":null,"endpoints":[],"nodes":[{"id":"1","address":"10.0.0.1:80","metadata":{"protocol":"grpc"}}]}""")]
    public void Under_a_frameworks_own_root_it_registers_as_that_framework_does(string root, string key, string value)
    {
        var format = new DetectedFormat(root);
        var instance = new ServiceInstance("a/b", new("10.0.0.1", 80), "1");

        Assert.Equal((key, value), (format.KeyOf(instance), format.Write(instance).ToStringUtf8()));
        Assert.True(format.IsInstanceKey("a/b", key));
        Assert.StartsWith(format.PrefixOf("a/b"), key, StringComparison.Ordinal);
    }
}
