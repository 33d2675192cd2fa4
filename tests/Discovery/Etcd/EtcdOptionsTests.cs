using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Interceptors.Discovery.Tests;

public sealed class EtcdOptionsTests : IDisposable
{
    private static readonly string NotACertificate = Path.Combine(Path.GetTempPath(), $"interceptors-{Guid.NewGuid():n}");

    // What a file holds that was named by mistake must not be shown either.
    public EtcdOptionsTests() => File.WriteAllText(NotACertificate, "secret");

    public void Dispose() => File.Delete(NotACertificate);

    [Fact]
    public void Defaults_with_an_endpoint_are_valid() => Validate(_ => { });

    [Fact]
    [Trait("case", "discovery 17")]
    public void An_empty_prefix_is_valid() => Validate(o => o.Prefix = "");

    [Fact]
    public void Text_never_shows_the_password()
    {
        var options = new EtcdOptions { Endpoints = { "http://a:1", "http://b:1" }, Username = "bob", Password = "secret" };

        Assert.Equal("etcd at http://a:1,http://b:1, prefix /project/service/, user bob", options.ToString());
    }

    [Fact]
    public void Everything_can_be_bound_from_configuration()
    {
        var options = new EtcdOptions();
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Endpoints:0"] = "https://h:1",
            ["UsernameFile"] = "/run/user",
            ["PasswordFile"] = "/run/password",
            ["Tls:CaFile"] = "/run/ca.pem",
            ["Tls:CertificateFile"] = "/run/tls.crt",
            ["Tls:KeyFile"] = "/run/tls.key",
            ["PageSize"] = "10",
            ["ReconcileInterval"] = "00:01:00",
        }).Build().Bind(options);

        Assert.Equal(["https://h:1"], options.Endpoints);
        Assert.Equal(("/run/user", "/run/password"), (options.UsernameFile, options.PasswordFile));
        Assert.Equal(
            ("/run/ca.pem", "/run/tls.crt", "/run/tls.key"), (options.Tls.CaFile, options.Tls.CertificateFile, options.Tls.KeyFile));
        Assert.Equal((10, TimeSpan.FromMinutes(1)), (options.PageSize, options.ReconcileInterval));
    }

    public static TheoryData<Action<EtcdOptions>, string> Bad => new()
    {
        { o => o.Endpoints.Clear(), "EtcdOptions.Endpoints is empty" },
        { o => o.Endpoints.Add("127.0.0.1:2379"), "'127.0.0.1:2379', which is not an http(s) address" },
        { o => o.Endpoints.Add("ftp://h"), "not an http(s) address" },
        { o => o.Endpoints.Add("http://h:1/path"), "with a path" },
        { o => o.Prefix = "/project/service", "EtcdOptions.Prefix" },
        { o => o.Prefix = null!, "EtcdOptions.Prefix" },
        { o => o.MemberTimeout = TimeSpan.Zero, "EtcdOptions.MemberTimeout" },
        { o => o.KeepAlivePingDelay = TimeSpan.Zero, "EtcdOptions.KeepAlivePingDelay" },
        { o => o.Username = "bob", "belong together" },
        { o => o.Password = "secret", "belong together" },
        { o => o.LeaseTtl = TimeSpan.FromSeconds(1), "EtcdOptions.LeaseTtl" },
        { o => o.ConnectTimeout = TimeSpan.Zero, "EtcdOptions.ConnectTimeout" },
        { o => o.RequestTimeout = Timeout.InfiniteTimeSpan, "EtcdOptions.RequestTimeout" },
        { o => o.RetryDelay = TimeSpan.Zero, "EtcdOptions.RetryDelay" },
        { o => o.MaxRetryDelay = TimeSpan.FromMilliseconds(1), "EtcdOptions.MaxRetryDelay" },
        { o => o.PageSize = 0, "EtcdOptions.PageSize" },
        { o => o.ReconcileInterval = TimeSpan.Zero, "EtcdOptions.ReconcileInterval" },
        { o => (o.Username, o.Password, o.UsernameFile) = ("bob", "secret", "/u"), "UsernameFile say the same thing" },
        { o => (o.Username, o.Password, o.PasswordFile) = ("bob", "secret", "/p"), "PasswordFile say the same thing" },
        { o => (o.Username, o.PasswordFile) = ("bob", "/no/such/file"), "EtcdOptions.PasswordFile is '/no/such/file'" },
        { o => (o.UsernameFile, o.Password) = ("/no/such/file", "secret"), "EtcdOptions.UsernameFile is '/no/such/file'" },
        { o => o.Tls.CaFile = "/ca.pem", "EtcdOptions.Tls is set, but no address begins with https://" },
        { o => (o.Endpoints[0], o.Tls.CaFile) = ("https://h:1", "/no/such/file"), "EtcdOptions.Tls.CaFile is '/no/such/file'" },
        { o => (o.Endpoints[0], o.Tls.CaFile) = ("https://h:1", NotACertificate), "which holds no certificate" },
        { o => (o.Endpoints[0], o.Tls.KeyFile) = ("https://h:1", "/k"), "CertificateFile and KeyFile belong together" },
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
