using Interceptors.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Interceptors.Discovery.Tests;

public sealed class StrictConfigurationTests
{
    public static TheoryData<string, string, string> WrongEtcdKeys => new()
    {
        { "Etcd:Endpoint:0", "http://h:2379", "'Etcd:Endpoint' is not known to EtcdOptions. Did you mean 'Endpoints'?" },
        { "Etcd:LeaseTTTL", "00:00:10", "'Etcd:LeaseTTTL' is not known to EtcdOptions. Did you mean 'LeaseTtl'?" },
        { "Etcd:Tls:CaFlie", "/ca.pem", "'Etcd:Tls:CaFlie' is not known to EtcdTlsOptions. Did you mean 'CaFile'?" },
        { "Etcd:Services:user:Frmat", "Kratos", "'Etcd:Services:user:Frmat' is not known to EtcdServiceOptions. Did you mean 'Format'?" },
        { "Etcd:Telemetry", "on", "'Etcd:Telemetry' is not known to EtcdOptions. Give one of ConnectTimeout, " },
        { "Etcd:CustomFormat", "mine", "'Etcd:CustomFormat' is not known to EtcdOptions." },
        { "Etcd:PageSize", "hunter2", "'Etcd:PageSize' has a value that can't be read. Give a whole number." },
        { "Etcd:LeaseTtl", "hunter2", "'Etcd:LeaseTtl' has a value that can't be read. Give a time such as 00:00:30." },
        { "Etcd:Format", "hunter2", "'Etcd:Format' has a value that can't be read. Give one of Detect, " },
        { "Etcd:Services:user:Format", "hunter2", "'Etcd:Services:user:Format' has a value that can't be read. Give one of Detect, " },
        { "Etcd:Endpoints", "http://hunter2:2379", "'Etcd:Endpoints' has one value. Give it several, each under a key of its own." },
        { "Etcd:Tls", "hunter2", "'Etcd:Tls' has a value. Give it keys of EtcdTlsOptions instead." },
        { "Etcd:Password:Value", "hunter2", "'Etcd:Password' has keys below it. Give a text." },
    };

    [Theory]
    [MemberData(nameof(WrongEtcdKeys))]
    [Trait("case", "interceptors 21")]
    public async Task A_wrong_key_stops_the_start_with_its_path_and_without_its_value(string key, string value, string expected)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddEtcdDiscovery(Section("Etcd", ("Etcd:Endpoints:0", "http://h:2379"), (key, value)));
        using var host = builder.Build();

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_an_error_at_the_first_use_too()
    {
        await using var services = new ServiceCollection().AddEtcdDiscovery(Section("Etcd", ("Etcd:Endpiont", "x"))).BuildServiceProvider();

        Assert.Throws<OptionsValidationException>(() => services.GetRequiredKeyedService<IEndpointSource>(""));
    }

    [Fact]
    public async Task All_that_is_wrong_is_told_at_once()
    {
        await using var services = new ServiceCollection()
            .AddEtcdDiscovery(Section("Etcd", ("Etcd:Prefixx", "/"), ("Etcd:PageSize", "many"))).BuildServiceProvider();

        var error = Assert.Throws<OptionsValidationException>(
            () => services.GetRequiredService<IOptionsMonitor<EtcdOptions>>().CurrentValue);

        Assert.Equal(2, error.Failures.Count());
    }

    [Fact]
    public async Task Code_sets_options_after_the_configuration_and_each_cluster_has_its_own()
    {
        await using var services = new ServiceCollection()
            .AddEtcdDiscovery(Section("A", ("A:Endpoints:0", "http://a:1"), ("A:Prefix", "/a/")), o => o.PageSize = 9)
            .AddEtcdDiscovery(Section("B", ("b:endpoints:0", "http://b:1")), cluster: "B")
            .BuildServiceProvider();
        var options = services.GetRequiredService<IOptionsMonitor<EtcdOptions>>();

        Assert.Equal(
            (9, "/a/", "http://a:1"), (options.CurrentValue.PageSize, options.CurrentValue.Prefix, options.CurrentValue.Endpoints[0]));
        Assert.Equal(["http://b:1"], options.Get("b").Endpoints);
    }

    [Fact]
    public async Task Options_follow_a_reload_of_their_section_and_no_other()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            new Dictionary<string, string?> { ["Etcd:Endpoints:0"] = "http://h:2379", ["Etcd:PageSize"] = "8" }).Build();
        await using var services = new ServiceCollection().AddEtcdDiscovery(configuration.GetSection("Etcd")).BuildServiceProvider();
        var options = services.GetRequiredService<IOptionsMonitor<EtcdOptions>>();
        var before = options.CurrentValue;

        configuration["Other"] = "changed";
        configuration.Reload();
        Assert.Same(before, options.CurrentValue);

        configuration["Etcd:PageSize"] = "9";
        configuration.Reload();
        Assert.Equal(9, options.CurrentValue.PageSize);
    }

    [Fact]
    public async Task Every_option_of_etcd_is_bound()
    {
        var every = new EveryOption(typeof(EtcdOptions), nameof(EtcdOptions.CustomFormat));
        await using var services = new ServiceCollection()
            .AddEtcdDiscovery(every.Configuration()).RemoveAll<IValidateOptions<EtcdOptions>>().BuildServiceProvider();

        Assert.True(every.Count > 15);
        Assert.Empty(every.NotBoundIn(services.GetRequiredService<IOptionsMonitor<EtcdOptions>>().CurrentValue));
    }

    [Fact]
    public async Task Every_option_of_channels_is_bound()
    {
        var every = new EveryOption(
            typeof(DiscoveryChannelOptions), nameof(DiscoveryChannelOptions.Interceptors), nameof(DiscoveryChannelOptions.Credentials));
        await using var services = new ServiceCollection()
            .ConfigureDiscoveryChannelDefaults(every.Configuration())
            .RemoveAll<IValidateOptions<DiscoveryChannelOptions>>().BuildServiceProvider();

        Assert.True(every.Count > 40);
        Assert.Empty(every.NotBoundIn(services.GetRequiredService<IOptionsFactory<DiscoveryChannelOptions>>().Create("")));
    }

    [Fact]
    [Trait("case", "interceptors 21")]
    public async Task A_wrong_key_for_all_channels_stops_the_start()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.ConfigureDiscoveryChannelDefaults(
            Section("Channels", ("Channels:Balancing:OutlierEjection:SuccesRate:Threshold", "5")));
        using var host = builder.Build();

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Contains(
            "'Channels:Balancing:OutlierEjection:SuccesRate' is not known to OutlierEjectionOptions. Did you mean 'SuccessRate'?",
            error.Message, StringComparison.Ordinal);
    }

    private static IConfigurationSection Section(string name, params (string Key, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(v => v.Key, v => (string?)v.Value)).Build().GetSection(name);
}
