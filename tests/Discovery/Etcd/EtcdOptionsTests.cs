using Microsoft.Extensions.Options;

namespace Interceptors.Discovery.Tests;

public sealed class EtcdOptionsTests
{
    [Fact]
    public void Defaults_with_an_endpoint_are_valid() => Validate(_ => { });

    [Fact]
    public void Text_never_shows_the_password()
    {
        var options = new EtcdOptions { Endpoints = { "http://a:1", "http://b:1" }, Username = "bob", Password = "secret" };

        Assert.Equal("etcd at http://a:1,http://b:1, prefix /project/service/, user bob", options.ToString());
    }

    public static TheoryData<Action<EtcdOptions>, string> Bad => new()
    {
        { o => o.Endpoints.Clear(), "EtcdOptions.Endpoints is empty" },
        { o => o.Endpoints.Add("127.0.0.1:2379"), "'127.0.0.1:2379', which is not an http(s) address" },
        { o => o.Endpoints.Add("ftp://h"), "not an http(s) address" },
        { o => o.Endpoints.Add("http://h:1/path"), "with a path" },
        { o => o.Prefix = "/project/service", "EtcdOptions.Prefix" },
        { o => o.Prefix = "", "EtcdOptions.Prefix" },
        { o => o.Username = "bob", "belong together" },
        { o => o.Password = "secret", "belong together" },
        { o => o.LeaseTtl = TimeSpan.FromSeconds(1), "EtcdOptions.LeaseTtl" },
        { o => o.ConnectTimeout = TimeSpan.Zero, "EtcdOptions.ConnectTimeout" },
        { o => o.RequestTimeout = Timeout.InfiniteTimeSpan, "EtcdOptions.RequestTimeout" },
        { o => o.RetryDelay = TimeSpan.Zero, "EtcdOptions.RetryDelay" },
        { o => o.MaxRetryDelay = TimeSpan.FromMilliseconds(1), "EtcdOptions.MaxRetryDelay" },
    };

    [Theory]
    [MemberData(nameof(Bad), DisableDiscoveryEnumeration = true)]
    public void A_wrong_option_is_named(Action<EtcdOptions> spoil, string message)
    {
        var error = Assert.Throws<OptionsValidationException>(() => Validate(spoil));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://bob:secret@h:1")]
    [InlineData("bob:secret@h:1")]
    [InlineData("ftp://bob:secret@h:1")]
    public void A_password_in_an_address_is_refused_and_not_shown(string endpoint)
    {
        var error = Assert.Throws<OptionsValidationException>(() => Validate(o => o.Endpoints.Add(endpoint)));

        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    private static void Validate(Action<EtcdOptions> spoil)
    {
        var options = new EtcdOptions { Endpoints = { "http://127.0.0.1:2379" } };
        spoil(options);
        EtcdOptionsValidator.ThrowIfInvalid(options);
    }
}
