using Google.Protobuf;

namespace Interceptors.Discovery.Tests;

/// <summary>Keys and values as the other frameworks write them, read, and written again byte for byte.</summary>
public sealed class GoldenValueTests
{
    private const string MicroGolden =
        """{"name":"greeter","version":"latest","metadata":null,"endpoints":[],"nodes":[{"id":"greeter-1","address":"10.0.0.1:8080","metadata":{"protocol":"grpc"}}]}""";

    private const string DubboGolden =
        """{"ID":"","ServiceName":"app","Host":"10.0.0.1","Port":20000,"Enable":true,"Healthy":true,"Metadata":{"dubbo.endpoints":"[{\"port\":20000,\"protocol\":\"tri\"}]"}}""";

    [Theory]
    [InlineData(EndpointFormat.Plain, "user", "1", "/project/service/user/1", "127.0.0.1:9999")]
    [InlineData(EndpointFormat.EtcdNaming, "user", "any", "user/any", """{"Op":0,"Addr":"10.0.0.1:50051","Metadata":null}""")]
    [InlineData(EndpointFormat.EtcdNaming, "user", "any", "user/any",
        """{"Op":0,"Addr":"10.0.0.1:50051","Metadata":"{\"weight\":\"7\"}"}""")]
    [InlineData(EndpointFormat.GoZero, "user.rpc", "7587873041962837778", "user.rpc/7587873041962837778", "10.0.0.5:8080")]
    [InlineData(EndpointFormat.Kratos, "helloworld", "host-1", "/microservices/helloworld/host-1",
        """{"id":"host-1","name":"helloworld","version":"v1","metadata":null,"endpoints":["grpc://10.0.0.1:9000"]}""")]
    [InlineData(EndpointFormat.Kitex, "user", "10.0.0.1:8888", "kitex/registry-etcd/user/10.0.0.1:8888",
        """{"network":"tcp","address":"10.0.0.1:8888","weight":10,"tags":null}""")]
    [InlineData(EndpointFormat.GoMicro, "greeter", "greeter-1", "/micro/registry/greeter/greeter-1", MicroGolden)]
    [InlineData(EndpointFormat.DubboGo, "app", "10.0.0.1:20000", "/services/app/10.0.0.1:20000", DubboGolden)]
    public void A_value_is_read_and_written_again_as_it_was(EndpointFormat format, string service, string id, string key, string value)
    {
        var formats = new ServiceFormats(new EtcdOptions { Format = format });
        Assert.StartsWith(formats.PrefixOf(service), key, StringComparison.Ordinal);
        Assert.True(formats.IsInstanceKey(service, key));

        var reading = formats.Read(service, ByteString.CopyFromUtf8(value));
        Assert.Null(reading.Problem);
        var instance = new ServiceInstance(service, Assert.Single(reading.Endpoints), id);
        Assert.Equal(key, formats.KeyOf(instance));
        Assert.Equal(value, formats.Write(instance).ToStringUtf8());
    }

    [Fact]
    public void A_kratos_instance_with_http_beside_grpc_is_read_as_its_grpc_endpoint()
    {
        const string value =
            """{"id":"host-1","name":"helloworld","version":"v1","metadata":null,"endpoints":["grpc://10.0.0.1:9000","http://10.0.0.1:8000"]}""";

        Assert.Equal("10.0.0.1:9000 {version=v1}", new KratosFormat(KratosFormat.DefaultRoot).Read(value, "helloworld"));
    }
}
