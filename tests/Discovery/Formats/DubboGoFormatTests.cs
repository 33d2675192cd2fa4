namespace Interceptors.Discovery.Tests;

public sealed class DubboGoFormatTests
{
    private readonly DubboGoFormat _format = new(DubboGoFormat.DefaultRoot);

    [Theory]
    [InlineData(
        """{"ID":"","ServiceName":"user","Host":"10.0.0.1","Port":20000,"Enable":true,"Healthy":true,"Metadata":{"dubbo.endpoints":"[{\"port\":20000,\"protocol\":\"tri\"}]"}}""", "10.0.0.1:20000")]
    [InlineData(
        """{"Host":"10.0.0.1","Port":20000,"Metadata":{"dubbo.endpoints":"[{\"port\":20001,\"protocol\":\"dubbo\"},{\"port\":20002,\"protocol\":\"tri\"}]"}}""", "10.0.0.1:20002")]
    [InlineData(
        """{"Host":"10.0.0.1","Port":20000,"Metadata":{"dubbo.endpoints":[{"port":"20002","protocol":"tri"}]}}""", "10.0.0.1:20002")]
    [InlineData("""{"Host":"10.0.0.1","Port":20000,"Metadata":{"dubbo.endpoints":"[]"}}""", "10.0.0.1:20000")]
    [InlineData("""{"Host":"10.0.0.1","Port":20000,"Metadata":{"dubbo.endpoints":"nonsense"}}""", "10.0.0.1:20000")]
    [InlineData("""{"Host":"10.0.0.1","Port":20000,"Metadata":null}""", "10.0.0.1:20000")]
    [InlineData("""{"Host":"10.0.0.1","Port":"20000"}""", "10.0.0.1:20000")]
    [InlineData(
        """{"Host":"10.0.0.1","Port":20000,"Weight":50,"Tag":"canary","Metadata":{"zone":"a"}}""",
        "10.0.0.1:20000 {tags=canary,weight=50,zone=a}")]
    [InlineData(
        """{"Host":"10.0.0.1","Port":20000,"Weight":0,"Tag":"","Address":"10.0.0.1:20000","GroupName":"","ServiceMetadata":{"app":"user"}}""", "10.0.0.1:20000")]
    [InlineData("""{"Host":"::1","Port":80}""", "[::1]:80")]
    [InlineData("""{"Host":"[::1]","Port":80}""", "[::1]:80")]
    [InlineData("""{"host":"10.0.0.1","port":20000,"enable":true,"healthy":"true"}""", "10.0.0.1:20000")]
    [InlineData("""{"Host":"10.0.0.1","Port":20000,"Enable":false,"Healthy":true}""", "")]
    [InlineData("""{"Host":"10.0.0.1","Port":20000,"Enable":true,"Healthy":false}""", "")]
    [InlineData("""{"Host":"10.0.0.1","Port":20000,"Enable":"false"}""", "")]
    [InlineData("""{"ServiceName":"other","Host":"10.0.0.1","Port":20000}""", "")]
    [InlineData(
        """{"Host":"10.0.0.1","Port":20000,"Metadata":{"dubbo.endpoints":"[{\"port\":20001,\"protocol\":\"dubbo\"}]"}}""",
        "!its dubbo.endpoints have no port for the protocol tri")]
    [InlineData(
        """{"Host":"10.0.0.1","Port":20000,"Metadata":{"dubbo.endpoints":"[{\"protocol\":\"tri\"}]"}}""",
        "!its address is not host:port: its port is not a number between 1 and 65535")]
    [InlineData("""{"Host":"10.0.0.1","Port":0}""", "!its address is not host:port: its port is not a number between 1 and 65535")]
    [InlineData("""{"Host":"10.0.0.1"}""", "!its address is not host:port: its port is not a number between 1 and 65535")]
    [InlineData("""{"Host":"0.0.0.0","Port":20000}""", "!its address means every address of some machine, which nobody can call")]
    [InlineData("""{"Host":"","Port":20000}""", "!it has no Host")]
    [InlineData("""{"Port":20000}""", "!it has no Host")]
    [InlineData("10.0.0.1:20000", "10.0.0.1:20000")]
    [InlineData("{\"Host\"}", "!it is not JSON from byte 7 of line 1 on")]
    public void Values_are_read(string value, string expected) => Assert.Equal(expected, _format.Read(value));
}
