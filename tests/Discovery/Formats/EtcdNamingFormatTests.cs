namespace Interceptors.Discovery.Tests;

public sealed class EtcdNamingFormatTests
{
    private readonly EtcdNamingFormat _format = new("/project/service/");

    [Theory]
    [InlineData("""{"Op":0,"Addr":"10.0.0.1:50051","Metadata":null}""", "10.0.0.1:50051")]
    [InlineData("""{"Op":1,"Addr":"10.0.0.1:50051","Metadata":null}""", "10.0.0.1:50051")]
    [InlineData("""{"Addr":"10.0.0.1:50051"}""", "10.0.0.1:50051")]
    [InlineData("""{"addr":"10.0.0.1:50051","metadata":{"zone":"a"}}""", "10.0.0.1:50051 {zone=a}")]
    [InlineData(
        """{"Addr":"10.0.0.1:1","Metadata":{"zone":"a","weight":7,"on":true,"off":null}}""", "10.0.0.1:1 {on=true,weight=7,zone=a}")]
    [InlineData("""{"Addr":"10.0.0.1:1","Metadata":{"nested":{"a":[1]}}}""", """10.0.0.1:1 {nested={"a":[1]}}""")]
    [InlineData("""{"Addr":"10.0.0.1:1","Metadata":"zone-a"}""", "10.0.0.1:1 {metadata=zone-a}")]
    [InlineData("""{"Addr":"10.0.0.1:1","Metadata":"{\"zone\":\"a\",\"weight\":7}"}""", "10.0.0.1:1 {weight=7,zone=a}")]
    [InlineData("""{"Addr":"10.0.0.1:1","Metadata":"{zone"}""", "10.0.0.1:1 {metadata={zone}")]
    [InlineData("""{"Addr":"10.0.0.1:1","Metadata":"[1]"}""", "10.0.0.1:1 {metadata=[1]}")]
    [InlineData("""{"Addr":"10.0.0.1:1","Metadata":["a","b"]}""", """10.0.0.1:1 {metadata=["a","b"]}""")]
    [InlineData("""{"Addr":"10.0.0.1:1","Metadata":{}}""", "10.0.0.1:1")]
    [InlineData("""{"Addr":"10.0.0.1:1","Metadata":{"zone":"a","zone":"b"}}""", "10.0.0.1:1 {zone=b}")]
    [InlineData("""{"Addr":"10.0.0.1:1","New":{"x":1},"Weights":[1,2]}""", "10.0.0.1:1")]
    [InlineData(" \n {\"Addr\":\"10.0.0.1:1\"} \n", "10.0.0.1:1")]
    [InlineData("\uFEFF{\"Addr\":\"10.0.0.1:1\"}", "10.0.0.1:1")]
    [InlineData("""{"Addr":" [::1]:80 "}""", "[::1]:80")]
    [InlineData("10.0.0.1:50051", "10.0.0.1:50051")]
    [InlineData("""{"Op":0,"Addr":"","Metadata":null}""", "!it has no address")]
    [InlineData("""{"Op":0,"Addr":null}""", "!it has no address")]
    [InlineData("""{"Op":0}""", "!it has no address")]
    [InlineData("""{"Addr":["10.0.0.1:1"]}""", "!it has no address")]
    [InlineData("""{"Addr":"10.0.0.1"}""", "!its address is not host:port: it has no port")]
    [InlineData("""{"Addr":"0.0.0.0:80"}""", "!its address means every address of some machine, which nobody can call")]
    [InlineData("""{"Addr":"10.0.0.1:1" """, "!it is not JSON from byte 21 of line 1 on")]
    [InlineData("""{"Addr":"10.0.0.1:1"} x""", "!it is not JSON from byte 22 of line 1 on")]
    [InlineData("""{"Addr":"\ud800"}""", "!a text in it is not Unicode")]
    [InlineData("{}", "!it has no address")]
    [InlineData("[]", "!its address is not host:port: it has no port")]
    public void Values_are_read(string value, string expected) => Assert.Equal(expected, _format.Read(value));

    [Theory]
    [Trait("case", "discovery 17")]
    [InlineData("""{"Op":0,"Addr":"10.0.0.1:80","Metadata":null}""")]
    [InlineData("""{"Op":0,"Addr":"10.0.0.1:80","Metadata":null}""", "scheme=grpcs")]
    [InlineData("""{"Op":0,"Addr":"10.0.0.1:80","Metadata":"{\"weight\":\"7\"}"}""", "weight=7")]
    [InlineData("""{"Op":0,"Addr":"10.0.0.1:80","Metadata":"{\"scheme\":\"grpcs\",\"tags\":\"a,b\",\"zone\":\"é<&>'+/\"}"}""",
        "zone=é<&>'+/", "tags=a,b", "scheme=grpcs")]
    public void Metadata_is_written_as_null_or_as_a_text_which_go_can_compare(string expected, params string[] entries)
    {
        var metadata = Reading.Metadata([.. entries.Select(entry => entry.Split('=', 2)).Select(pair => (pair[0], pair[1]))]);
        var written = _format.Write(new ServiceInstance("user", new DiscoveryEndpoint("10.0.0.1", 80, metadata)));

        Assert.Equal(System.Text.Encoding.UTF8.GetBytes(expected), written.ToByteArray());
    }

    [Fact]
    public void Whatever_stands_below_the_target_is_an_instance()
    {
        Assert.True(_format.IsInstanceKey("user", "/project/service/user/dc1/rack/7"));
        Assert.False(_format.IsInstanceKey("user", "/project/service/user/"));
    }
}
