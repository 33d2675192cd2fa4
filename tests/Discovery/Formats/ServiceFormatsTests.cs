using Google.Protobuf;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Interceptors.Discovery.Tests;

public sealed class ServiceFormatsTests
{
    private readonly EtcdOptions _options = new() { Endpoints = { "http://127.0.0.1:2379" } };

    [Theory]
    [InlineData(EndpointFormat.Detect, "/project/service/user/")]
    [InlineData(EndpointFormat.Plain, "/project/service/user/")]
    [InlineData(EndpointFormat.EtcdNaming, "user/")]
    [InlineData(EndpointFormat.GoZero, "user/")]
    [InlineData(EndpointFormat.Kratos, "/microservices/user/")]
    [InlineData(EndpointFormat.Kitex, "kitex/registry-etcd/user/")]
    [InlineData(EndpointFormat.GoMicro, "/micro/registry/user/")]
    [InlineData(EndpointFormat.DubboGo, "/services/user/")]
    public void A_framework_has_its_own_root_unless_a_prefix_is_chosen(EndpointFormat format, string prefix)
    {
        _options.Format = format;
        Assert.Equal(prefix, CreateSut().PrefixOf("user"));

        _options.Prefix = "/mine/";
        Assert.Equal("/mine/user/", CreateSut().PrefixOf("user"));
    }

    [Fact]
    public void A_service_can_have_a_format_and_a_prefix_of_its_own()
    {
        _options.Prefix = "/mine/";
        _options.Services["kratos"] = new() { Format = EndpointFormat.Kratos };
        _options.Services["moved"] = new() { Prefix = "/moved/" };
        _options.Services["naming"] = new() { Format = EndpointFormat.EtcdNaming };
        _options.Services["both"] = new() { Format = EndpointFormat.DubboGo, Prefix = "" };
        var formats = CreateSut();

        Assert.Equal("/mine/user/", formats.PrefixOf("user"));
        Assert.Equal("/microservices/kratos/", formats.PrefixOf("kratos"));
        Assert.Equal("/moved/moved/", formats.PrefixOf("moved"));
        Assert.Equal("/mine/naming/", formats.PrefixOf("naming"));
        Assert.Equal("both/", formats.PrefixOf("both"));
        var instance = new ServiceInstance("kratos", new("10.0.0.1", 80), "1");
        Assert.Contains("grpc://10.0.0.1:80", formats.Write(instance).ToStringUtf8(), StringComparison.Ordinal);
        Assert.Equal("10.0.0.1:80", formats.Write(new ServiceInstance("user", instance.Endpoint)).ToStringUtf8());
    }

    [Fact]
    public void Formats_can_be_bound_from_configuration()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("Format", "EtcdNaming"), new("Services:team/user:Format", "kratos"), new("Services:team/user:Prefix", "/ns/"),
        ]).Build();
        configuration.Bind(_options);

        Assert.Equal(EndpointFormat.EtcdNaming, _options.Format);
        Assert.Equal("/ns/team/user/", CreateSut().PrefixOf("team/user"));
    }

    [Fact]
    public void A_value_that_is_empty_or_too_large_is_not_read()
    {
        var largest = new string(' ', ServiceFormats.MaxValueSize - 11) + "10.0.0.1:80";
        var formats = CreateSut();

        Assert.Equal("!it is empty", formats.Read(""));
        Assert.Equal("10.0.0.1:80", formats.Read(largest));
        Assert.Equal("!it has 262145 bytes; at most 262144 are read", formats.Read(" " + largest));
    }

    [Fact]
    public void A_text_that_is_not_utf8_is_a_problem_and_not_an_exception()
    {
        var broken = ByteString.CopyFrom([.. "{\"Addr\":\""u8, 0xC3, 0x28, .. "\"}"u8]);

        Assert.StartsWith("!", Reading.Line(CreateSut().Read("user", broken)), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_are_wrong_are_refused_by_name()
    {
        _options.Format = (EndpointFormat)99;
        _options.Services["us er"] = new();
        _options.Services["user"] = new() { Format = (EndpointFormat)77, Prefix = "/mine" };
        _options.Services["none"] = null!;
        var error = Assert.Throws<OptionsValidationException>(() => EtcdOptionsValidator.ThrowIfInvalid(_options));

        Assert.Equal(
            [
                "EtcdOptions.Format is 99. Give one of Detect, Plain, EtcdNaming, GoZero, Kratos, Kitex, GoMicro, DubboGo.",
                $"EtcdOptions.Services['us er'] is not for a service name. Give {ServiceName.Rule}.",
                "EtcdOptions.Services['user'].Format is 77. "
                + "Give one of Detect, Plain, EtcdNaming, GoZero, Kratos, Kitex, GoMicro, DubboGo.",
                "EtcdOptions.Services['user'].Prefix is '/mine'. Give one that ends with a slash, or an empty one.",
                "EtcdOptions.Services['none'] is null. Give an object, or no entry.",
            ],
            error.Failures);
    }

    private ServiceFormats CreateSut() => new(_options);
}
