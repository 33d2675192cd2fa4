using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Interceptors.Discovery.Tests;

public sealed class DiscoveryChannelOptionsTests
{
    public static TheoryData<string, string> Mistakes => new()
    {
        {
            "LoadBalancingPolicy=least_loaded",
            "LoadBalancingPolicy is 'least_loaded', which is not known. "
            + "Give one of round_robin, weighted_round_robin, least_request, pick_first." },
        { "KeepAlivePingDelay=00:00:00.5", "KeepAlivePingDelay is 00:00:00.5000000. Give at least 1 second" },
        { "IdleConnectionTimeout=00:00:00.5", "IdleConnectionTimeout is 00:00:00.5000000. Give at least 1 second" },
        { "KeepAlivePingTimeout=0", "KeepAlivePingTimeout is 00:00:00. Give at least 1 second" },
        { "ConnectTimeout=0", "ConnectTimeout is 00:00:00. Give a time up to 1 hour." },
        { "MaxReconnectDelay=1.00:00:00", "MaxReconnectDelay is 1.00:00:00. Give a time up to 1 hour." },
        { "MaxReceiveMessageSize=-1", "MaxReceiveMessageSize is -1. Give a number of bytes" },
        { "MaxSendMessageSize=-1", "MaxSendMessageSize is -1. Give a number of bytes" },
        { "MaxDecompressedMessageSize=-1", "MaxDecompressedMessageSize is -1. Give a number of bytes" },
        { "ServiceConfig:FilePollInterval=0", "ServiceConfig.FilePollInterval is 00:00:00. Give 10 ms to 1 hour." },
        { "Resolution:FirstAnswerTimeout=0", "Resolution.FirstAnswerTimeout is 00:00:00. Give a time up to 5 minutes" },
        { "Tls:CaFile=/none.pem", "Tls.CaFile is '/none.pem', which can't be read. Give a PEM file" },
        { "Tls:KeyFile=/none.pem", "Tls.CertificateFile and KeyFile belong together. Set both or neither." },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_mistake_in_the_configuration_stops_the_start_and_names_option_and_fix(string setting, string message)
    {
        foreach (var name in new[] { Options.DefaultName, "eu" })
        {
            var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
            builder.Services.AddInMemoryDiscovery().AddDiscoveryClient<Probe.ProbeClient>("memory:///user", name: "eu");
            builder.Services.Configure<DiscoveryChannelOptions>(name, Section(setting));
            using var host = builder.Build();

            var error = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync());
            Assert.Contains("DiscoveryChannelOptions." + message, error.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_mistake_in_the_options_of_all_channels_of_a_factory_is_named_when_one_is_made()
    {
        using var factory = DiscoveryChannelFactory.Create(o => o.ConfigureChannels(c => c.ConnectTimeout = TimeSpan.Zero));

        var error = Assert.Throws<OptionsValidationException>(() => factory.CreateChannel("host:80"));
        Assert.Contains("DiscoveryChannelOptions.ConnectTimeout is 00:00:00.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_text_credentials_with_tls_files_are_refused()
    {
        using var certificates = new EtcdCertificates();
        using var factory = DiscoveryChannelFactory.Create();

        var error = Assert.Throws<ArgumentException>(() => factory.CreateChannel("host:443", o =>
            (o.Credentials, o.Tls.CaFile) = (ChannelCredentials.Insecure, certificates.CaFile)));
        Assert.Contains("DiscoveryChannelOptions.Credentials is ChannelCredentials.Insecure", error.Message, StringComparison.Ordinal);
        Assert.Contains("Leave one of them out.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Credentials_with_certificates_inside_are_refused_with_the_place_for_them()
    {
        using var factory = DiscoveryChannelFactory.Create();

        var error = Assert.Throws<ArgumentException>(() =>
            factory.CreateChannel("host:443", o => o.Credentials = new SslCredentials("pem")));
        Assert.Contains("as files in Tls.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_of_a_name_come_on_top_of_those_of_all_channels()
    {
        using var services = new ServiceCollection()
            .AddInMemoryDiscovery()
            .AddDiscoveryClient<Probe.ProbeClient>("memory:///user", o => o.MaxSendMessageSize = 3, name: "eu").Services
            .Configure<DiscoveryChannelOptions>(Section("ConnectTimeout=00:00:03", "KeepAlivePingDelay=00:01:00"))
            .Configure<DiscoveryChannelOptions>("eu", Section("ConnectTimeout=00:00:04", "ServiceConfig:Json={}"))
            .ConfigureAll<DiscoveryChannelOptions>(o => o.Interceptors.Add(new Passing()))
            .BuildServiceProvider();
        var options = services.GetRequiredService<IOptionsMonitor<DiscoveryChannelOptions>>();

        Assert.Equal((TimeSpan.FromSeconds(3), null), (options.CurrentValue.ConnectTimeout, options.CurrentValue.MaxSendMessageSize));
        var named = options.Get("eu");
        Assert.Equal(
            (TimeSpan.FromSeconds(4), TimeSpan.FromMinutes(1), 3),
            (named.ConnectTimeout, named.KeepAlivePingDelay, named.MaxSendMessageSize));
        Assert.Single(named.Interceptors);
        Assert.Equal("{}", named.ServiceConfig.Json);
    }

    private static IConfiguration Section(params string[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(s => s.Split('=')).Select(s => KeyValuePair.Create<string, string?>(s[0], s[1])))
        .Build();

    private sealed class Passing : Grpc.Core.Interceptors.Interceptor;
}
