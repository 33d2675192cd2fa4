namespace Interceptors.Discovery.Tests;

public sealed class KitexFormatTests
{
    private readonly KitexFormat _format = new(KitexFormat.DefaultRoot);

    [Theory]
    [InlineData("""{"network":"tcp","address":"10.0.0.1:8888","weight":10,"tags":null}""", "10.0.0.1:8888 {weight=10}")]
    [InlineData(
        """{"network":"tcp","address":"10.0.0.1:8888","weight":3,"tags":{"zone":"a","version":"v1"}}""",
        "10.0.0.1:8888 {version=v1,weight=3,zone=a}")]
    [InlineData("""{"network":"tcp","address":"10.0.0.1:8888","weight":0}""", "10.0.0.1:8888 {weight=10}")]
    [InlineData("""{"network":"tcp","address":"10.0.0.1:8888","weight":-5}""", "10.0.0.1:8888 {weight=10}")]
    [InlineData("""{"network":"tcp","address":"10.0.0.1:8888","weight":"7"}""", "10.0.0.1:8888 {weight=7}")]
    [InlineData("""{"network":"tcp","address":"10.0.0.1:8888","weight":7.0}""", "10.0.0.1:8888 {weight=7}")]
    [InlineData("""{"network":"tcp","address":"10.0.0.1:8888","weight":"heavy"}""", "10.0.0.1:8888 {weight=10}")]
    [InlineData("""{"network":"tcp","address":"10.0.0.1:8888","weight":1e30}""", "10.0.0.1:8888 {weight=10}")]
    [InlineData("""{"network":"tcp","address":"10.0.0.1:8888","weight":null,"tags":{}}""", "10.0.0.1:8888 {weight=10}")]
    [InlineData("""{"network":"tcp","address":"10.0.0.1:8888","weight":5,"tags":{"weight":"9"}}""", "10.0.0.1:8888 {weight=5}")]
    [InlineData("""{"address":"10.0.0.1:8888"}""", "10.0.0.1:8888 {weight=10}")]
    [InlineData("""{"Network":"TCP4","Address":"10.0.0.1:8888","Weight":4}""", "10.0.0.1:8888 {weight=4}")]
    [InlineData("""{"network":"tcp","address":"[::1]:80","more":1}""", "[::1]:80 {weight=10}")]
    [InlineData("10.0.0.1:8888", "10.0.0.1:8888")]
    [InlineData("""{"network":"unix","address":"/run/user.sock"}""", "!its network is not tcp")]
    [InlineData("""{"network":"tcp","address":":8888"}""", "!its address is not host:port: it has no host")]
    [InlineData("""{"network":"tcp","address":"[::]:8888"}""", "!its address means every address of some machine, which nobody can call")]
    [InlineData("""{"network":"tcp","address":""}""", "!it has no address")]
    [InlineData("""{"network":"tcp","address":{}}""", "!it has no address")]
    [InlineData("""{"network":"tcp"}""", "!it has no address")]
    [InlineData("""{"network":"tcp",}""", "!it is not JSON from byte 17 of line 1 on")]
    public void Values_are_read(string value, string expected) => Assert.Equal(expected, _format.Read(value));

    [Fact]
    public void An_instance_that_says_no_weight_is_registered_with_the_one_that_kitex_takes_it_for()
    {
        var written = _format.Write(new ServiceInstance("user", new("10.0.0.1", 80)));

        Assert.Equal("10.0.0.1:80 {weight=10}", Reading.Line(_format.Read("user", written)));
    }
}
