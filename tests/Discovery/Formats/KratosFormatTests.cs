namespace Interceptors.Discovery.Tests;

public sealed class KratosFormatTests
{
    private const string NoGrpc = "!it offers no grpc:// or grpcs:// endpoint";

    private readonly KratosFormat _format = new(KratosFormat.DefaultRoot);

    [Theory]
    [InlineData(
        """{"id":"1","name":"user","version":"v1","metadata":null,"endpoints":["grpc://10.0.0.1:9000","http://10.0.0.1:8000"]}""",
        "10.0.0.1:9000 {version=v1}")]
    [InlineData("""{"name":"user","version":"","metadata":{},"endpoints":["grpc://10.0.0.1:9000"]}""", "10.0.0.1:9000")]
    [InlineData(
        """{"name":"user","metadata":{"weight":"7","zone":"a"},"endpoints":["grpc://10.0.0.1:9000"]}""", "10.0.0.1:9000 {weight=7,zone=a}")]
    [InlineData(
        """{"name":"user","version":"v2","metadata":{"version":"v1"},"endpoints":["grpc://10.0.0.1:9000"]}""",
        "10.0.0.1:9000 {version=v2}")]
    [InlineData("""{"name":"user","metadata":"text","endpoints":["grpc://10.0.0.1:9000"]}""", "10.0.0.1:9000 {metadata=text}")]
    [InlineData("""{"name":"user","endpoints":["grpcs://10.0.0.1:9000"]}""", "10.0.0.1:9000 {scheme=grpcs}")]
    [InlineData("""{"name":"user","endpoints":["grpc://10.0.0.1:9000?isSecure=true"]}""", "10.0.0.1:9000 {scheme=grpcs}")]
    [InlineData("""{"name":"user","endpoints":["grpc://10.0.0.1:9000?isSecure=false"]}""", "10.0.0.1:9000")]
    [InlineData("""{"name":"user","endpoints":["GRPC://User.Internal:9000/"]}""", "user.internal:9000")]
    [InlineData("""{"name":"user","endpoints":["grpc://10.0.0.1:1","grpc://10.0.0.1:1","grpc://10.0.0.2:1"]}""", "10.0.0.1:1 | 10.0.0.2:1")]
    [InlineData(
        """{"name":"user","endpoints":["grpc://10.0.0.1","grpc://10.0.0.2:1"]}""",
        "10.0.0.2:1!its address is not host:port: it has no port")]
    [InlineData("""{"name":"user","endpoints":["grpc://[::1]:80",7,null]}""", "[::1]:80")]
    [InlineData("""{"endpoints":["grpc://10.0.0.1:9000"]}""", "10.0.0.1:9000")]
    [InlineData("""{"name":"user-admin","endpoints":["grpc://10.0.0.1:9000"]}""", "")]
    [InlineData("""{"name":"User","endpoints":["grpc://10.0.0.1:9000"]}""", "")]
    [InlineData("""{"name":"user","endpoints":["http://10.0.0.1:8000"]}""", NoGrpc)]
    [InlineData("""{"name":"user","endpoints":["10.0.0.1:8000"]}""", NoGrpc)]
    [InlineData("""{"name":"user","endpoints":[]}""", NoGrpc)]
    [InlineData("""{"name":"user","endpoints":null}""", NoGrpc)]
    [InlineData("""{"name":"user","endpoints":"grpc://10.0.0.1:9000"}""", NoGrpc)]
    [InlineData("""{"name":"user"}""", NoGrpc)]
    [InlineData("10.0.0.1:9000", "10.0.0.1:9000")]
    [InlineData("{\"name\":", "!it is not JSON from byte 8 of line 1 on")]
    public void Values_are_read(string value, string expected) => Assert.Equal(expected, _format.Read(value));
}
