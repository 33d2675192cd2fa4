namespace Interceptors.Discovery.Tests;

public sealed class GoMicroFormatTests
{
    private readonly GoMicroFormat _format = new(GoMicroFormat.DefaultRoot);

    [Theory]
    [InlineData(
        """{"name":"user","version":"latest","metadata":null,"endpoints":[],"nodes":[{"id":"user-1","address":"10.0.0.1:8080","metadata":{"protocol":"grpc"}}]}""", "10.0.0.1:8080 {version=latest}")]
    [InlineData("""{"name":"user","nodes":[{"address":"10.0.0.1:8080"},{"address":"10.0.0.2:8080"}]}""", "10.0.0.1:8080 | 10.0.0.2:8080")]
    [InlineData("""{"name":"user","nodes":[{"address":"10.0.0.1:8080"},{"address":"10.0.0.1:8080"}]}""", "10.0.0.1:8080")]
    [InlineData(
        """{"name":"user","metadata":{"zone":"a","on":"1"},"nodes":[{"address":"10.0.0.1:80","metadata":{"zone":"b"}}]}""",
        "10.0.0.1:80 {on=1,zone=b}")]
    [InlineData(
        """{"name":"user","version":"1","nodes":[{"address":"10.0.0.1:80","metadata":{"version":"2","weight":5}}]}""",
        "10.0.0.1:80 {version=2,weight=5}")]
    [InlineData("""{"name":"user","nodes":[{"address":"10.0.0.1:80","metadata":"text"}]}""", "10.0.0.1:80 {metadata=text}")]
    [InlineData(
        """{"name":"user","endpoints":[{"name":"User.Get","request":{"values":[]}}],"nodes":[{"address":"10.0.0.1:80"}]}""", "10.0.0.1:80")]
    [InlineData("""{"Name":"user","Nodes":[{"Id":"1","Address":"10.0.0.1:80"}]}""", "10.0.0.1:80")]
    [InlineData("""{"nodes":[{"address":"[::1]:80"}]}""", "[::1]:80")]
    [InlineData(
        """{"name":"user","nodes":[{"address":"10.0.0.1"},{"address":"10.0.0.2:80"}]}""",
        "10.0.0.2:80!its address is not host:port: it has no port")]
    [InlineData(
        """{"name":"user","nodes":[{"address":"10.0.0.1:80","metadata":{"protocol":"mucp"}},{"address":"10.0.0.2:80"}]}""",
        "10.0.0.2:80!a node of it speaks another protocol than grpc")]
    [InlineData("""{"name":"user","nodes":[7,{"address":"10.0.0.2:80"}]}""", "10.0.0.2:80!it has no address")]
    [InlineData("""{"name":"other","nodes":[{"address":"10.0.0.1:80"}]}""", "")]
    [InlineData("""{"name":"user","nodes":[]}""", "!it has no nodes")]
    [InlineData("""{"name":"user","nodes":null}""", "!it has no nodes")]
    [InlineData("""{"name":"user"}""", "!it has no nodes")]
    [InlineData("""{"name":"user","nodes":[{"id":"1"}]}""", "!it has no address")]
    [InlineData(
        """{"name":"user","nodes":[{"address":"[::]:80"}]}""", "!its address means every address of some machine, which nobody can call")]
    [InlineData("10.0.0.1:8080", "10.0.0.1:8080")]
    [InlineData("{\n\"name\":user}", "!it is not JSON from byte 7 of line 2 on")]
    public void Values_are_read(string value, string expected) => Assert.Equal(expected, _format.Read(value));

    [Fact]
    public void A_slash_in_a_name_is_a_dash_in_the_key_and_stays_in_the_value()
    {
        var instance = new ServiceInstance("team/user", new("10.0.0.1", 80), "1");

        Assert.Equal("/micro/registry/team-user/1", _format.KeyOf(instance));
        Assert.Single(_format.Read("team/user", _format.Write(instance)).Endpoints);
        Assert.Empty(_format.Read("team-user", _format.Write(instance)).Endpoints);
    }
}
