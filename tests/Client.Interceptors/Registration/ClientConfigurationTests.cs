using Interceptors.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Interceptors.Client.Tests;

/// <summary>Options of clients from configuration.</summary>
public sealed class ClientConfigurationTests
{
    public static TheoryData<string, string> Misspelled { get; } = new()
    {
        { "Clients:User:Timing:SlowCalThreshold", "SlowCallThreshold" },
        { "Clients:User:Timmings:LogStart", "Timing" },
        { "Clients:User:Resilience:Retry:MaxAtempts", "MaxAttempts" },
        { "Clients:User:Deadline:Defaults", "Default" },
    };

    [Theory]
    [MemberData(nameof(Misspelled))]
    [Trait("case", "interceptors 21")]
    public void A_misspelled_key_is_an_error_at_start_that_names_it_and_the_nearest(string key, string nearest)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(key, "1")]).Build();
        using var services = new ServiceCollection().AddGrpcClient<Probe.ProbeClient>(o => o.Address = new Uri("http://localhost"))
            .AddStandardInterceptors(configuration.GetSection("Clients:User")).Services.BuildServiceProvider();

        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains(key[..key.LastIndexOf(':')], error.Message, StringComparison.Ordinal);
        Assert.Contains($"Did you mean '{nearest}'?", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reload_is_followed_by_the_calls_that_begin_after_it_and_a_wrong_one_is_refused()
    {
        await using var server = await ProbeServer.StartAsync();
        using var logs = new LogCapture();
        var source = new Reloadable("Clients:User:Timing:MethodLevels:*", "Information");
        var configuration = new ConfigurationBuilder().Add(source).Build();
        var collection = new ServiceCollection().AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(logs));
        await using var services = server.AddClient(collection)
            .AddStandardInterceptors(configuration.GetSection("Clients:User")).Services.BuildServiceProvider();
        var client = services.GetRequiredService<Probe.ProbeClient>();

        await client.UnaryAsync(new ProbeRequest());
        source.Set("Clients:User:Timing:MethodLevels:*", "Warning");
        await client.UnaryAsync(new ProbeRequest());
        source.Set("Clients:User:Timing:MethodLevels:*", "Loud");
        await client.UnaryAsync(new ProbeRequest());
        source.Set("Clients:User:Timing:MethodLevels:*", "Error");
        await client.UnaryAsync(new ProbeRequest());

        Assert.Equal(
            [LogLevel.Information, LogLevel.Warning, LogLevel.Warning, LogLevel.Error],
            logs.Named("CallEnded").Select(line => line.Level));
        Assert.Equal(2, logs.Named("ClientOptionsChanged").Count);
        Assert.Contains("MethodLevels", Assert.Single(logs.Named("ClientOptionsRefused")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Defaults_from_configuration_are_followed_by_every_client_but_for_what_it_sets_itself()
    {
        await using var server = await ProbeServer.StartAsync();
        var deadlines = new List<TimeSpan>();
        server.Observer.OnCall = context =>
        {
            deadlines.Add(context.Deadline - DateTime.UtcNow);
            return Task.CompletedTask;
        };
        var source = new Reloadable("Deadline:Default", "01:00:00");
        var collection = new ServiceCollection();
        collection.ConfigureHttpClientDefaults(http => http.AddStandardInterceptors(new ConfigurationBuilder().Add(source).Build()));
        await using var services = server.AddClient(collection)
            .For("interceptors.testing.Probe/Duplex", duplex => duplex.AddDeadline(options => options.Default = TimeSpan.FromHours(5)))
            .Services.BuildServiceProvider();
        var client = services.GetRequiredService<Probe.ProbeClient>();

        await client.UnaryAsync(new ProbeRequest());
        source.Set("Deadline:Default", "02:00:00");
        await client.UnaryAsync(new ProbeRequest());

        Assert.Equal([1, 2], deadlines.Select(left => (int)Math.Round(left.TotalHours)));
    }

    /// <summary>Settings that change while they are used.</summary>
    private sealed class Reloadable(string key, string value) : IConfigurationSource
    {
        private Provider? _provider;

        public IConfigurationProvider Build(IConfigurationBuilder builder)
        {
            _provider = new Provider();
            _provider.Set(key, value);
            return _provider;
        }

        public void Set(string changed, string to)
        {
            _provider!.Set(changed, to);
            _provider.Reload();
        }

        private sealed class Provider() : MemoryConfigurationProvider(new MemoryConfigurationSource())
        {
            public void Reload() => OnReload();
        }
    }
}
