using Grpc.Core;
using Interceptors.Propagation;
using Interceptors.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Interceptors.Server.Tests;

public sealed class StandardConfigurationTests
{
    public static TheoryData<string, string, string> WrongKeys => new()
    {
        { "Timming:LogStart", "true", "'Server:Timming' is not known to StandardServerOptions. Did you mean 'Timing'?" },
        {
            "Timing:SlowCalTreshold", "00:00:01",
            "'Server:Timing:SlowCalTreshold' is not known to ServerTimingOptions. Did you mean 'SlowCallThreshold'?"
        },
        {
            "Limits:Server:MaxConcurentCalls", "5",
            "'Server:Limits:Server:MaxConcurentCalls' is not known to CallLimit. Did you mean 'MaxConcurrentCalls'?"
        },
        {
            "Limits:Methods:orders.Orders/Place:MaxConcurentCalls", "5",
            "'Server:Limits:Methods:orders.Orders/Place:MaxConcurentCalls' is not known to CallLimit. Did you mean 'MaxConcurrentCalls'?"
        },
        { "Limits:CallerKey", "peer", "'Server:Limits:CallerKey' is not known to LimitsOptions." },
        {
            "Limits:Server:MaxConcurrentCalls", "hunter2",
            "'Server:Limits:Server:MaxConcurrentCalls' has a value that can't be read. Give a whole number."
        },
        { "Timing:MethodLevels:*", "hunter2", "'Server:Timing:MethodLevels:*' has a value that can't be read. Give one of Trace, " },
        { "Recovery:OutgoingFailures", "hunter2", "'Server:Recovery:OutgoingFailures' has a value that can't be read. Give one of " },
        { "Limits:Server:MaxConcurrentCalls", "0", "LimitsOptions.Server.MaxConcurrentCalls is 0." },
        { "TokenAuthentication:Realm", "users", "'Server:TokenAuthentication' has no effect without a verifier of tokens." },
    };

    [Theory]
    [MemberData(nameof(WrongKeys))]
    [Trait("case", "interceptors 21")]
    public async Task What_is_wrong_stops_the_start_with_its_path_and_without_its_value(string key, string value, string expected)
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(Configuration((key, value))));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_option_is_bound()
    {
        var sections = new Dictionary<string, EveryOption>
        {
            ["TraceMetadata"] = new(typeof(TraceMetadataOptions)),
            ["Timing"] = new(typeof(ServerTimingOptions)),
            ["Recovery"] = new(typeof(RecoveryOptions)),
            ["TokenAuthentication"] = new(typeof(TokenAuthenticationOptions)),
            ["Limits"] = new(typeof(LimitsOptions), nameof(LimitsOptions.CallerKey)),
            ["Compression"] = new(typeof(ServerCompressionOptions)),
        };
        var configuration = new ConfigurationBuilder();
        foreach (var (name, every) in sections)
            configuration.AddConfiguration(every.Configuration(name));
        var services = new ServiceCollection().AddLogging();
        services.AddServerInterceptors().AddStandard(configuration.Build());
        foreach (var validator in services.Where(s => s.ServiceType.Name.StartsWith("IValidateOptions", StringComparison.Ordinal)).ToList())
            services.Remove(validator);
        await using var provider = services.BuildServiceProvider();

        Assert.Empty(sections["TraceMetadata"].NotBoundIn(Bound<TraceMetadataOptions>()));
        Assert.Empty(sections["Timing"].NotBoundIn(Bound<ServerTimingOptions>()));
        Assert.Empty(sections["Recovery"].NotBoundIn(Bound<RecoveryOptions>()));
        Assert.Empty(sections["TokenAuthentication"].NotBoundIn(Bound<TokenAuthenticationOptions>()));
        Assert.Empty(sections["Limits"].NotBoundIn(Bound<LimitsOptions>()));
        Assert.Empty(sections["Compression"].NotBoundIn(Bound<ServerCompressionOptions>()));

        TOptions Bound<TOptions>()
            where TOptions : class => provider.GetRequiredService<IOptions<TOptions>>().Value;
    }

    [Fact]
    public async Task Levels_and_limits_follow_a_reload_and_running_calls_keep_theirs()
    {
        var configuration = Configuration(("Timing:MethodLevels:*", "Debug"), ("Limits:Server:MaxConcurrentCalls", "1"));
        await using var server = await StartAsync(configuration);
        var client = server.Client();
        using var running = client.ServerStream(new ProbeRequest { Ending = Ending.Hang });
        await Eventually.True(() => server.Observer.Running == 1, "the call runs");
        Assert.Equal(StatusCode.ResourceExhausted, await StatusOfAsync(client));

        configuration["Server:Limits:Server:MaxConcurrentCalls"] = "2";
        configuration["Server:Timing:MethodLevels:*"] = "Critical";
        configuration.Reload();

        Assert.Equal(StatusCode.OK, await StatusOfAsync(client));
        await Eventually.True(() => server.Logs.Named("CallEnded").Count >= 2, "both calls are logged");
        Assert.Equal([LogLevel.Debug, LogLevel.Critical], server.Logs.Named("CallEnded").Select(line => line.Level));
        Assert.Equal(
            ["LimitsInterceptor", "ServerTimingInterceptor"],
            server.Logs.Named("ServerOptionsReloaded").Select(line => (string)line.Fields["Interceptor"]!).Order());
        running.Dispose();
        await Eventually.True(() => server.Observer.Running == 0, "the call has ended");
    }

    [Fact]
    public async Task A_wrong_reload_is_logged_once_and_changes_nothing()
    {
        var configuration = Configuration(("Timing:MethodLevels:*", "Warning"));
        await using var server = await StartAsync(configuration);

        configuration["Server:Timing:LogStrat"] = "hunter2";
        // The framework's monitor throws at whoever reloads; a file that changes has nobody to throw at.
        Assert.ThrowsAny<Exception>(configuration.Reload);

        Assert.Equal(StatusCode.OK, await StatusOfAsync(server.Client()));
        await Eventually.True(() => server.Logs.Named("CallEnded").Count >= 1, "the call is logged");
        Assert.Equal(LogLevel.Warning, server.Logs.Named("CallEnded").Single().Level);
        var line = Assert.Single(server.Logs.Named("ServerOptionsReloadFailed"));
        Assert.Equal(LogLevel.Error, line.Level);
        Assert.Contains("'Server:Timing:LogStrat' is not known", line.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reload_of_something_else_makes_nothing_anew()
    {
        var configuration = Configuration(("Timing:LogStart", "true"));
        await using var server = await StartAsync(configuration);

        configuration["Elsewhere"] = "changed";
        configuration.Reload();

        Assert.Equal(StatusCode.OK, await StatusOfAsync(server.Client()));
        Assert.Empty(server.Logs.Named("ServerOptionsReloaded"));
    }

    [Fact]
    public async Task Code_adds_what_configuration_can_not_say()
    {
        var configuration = Configuration(("Limits:EachCaller:MaxConcurrentCalls", "1"), ("TokenAuthentication:AnonymousMethods:0", "*"));
        await using var server = await ProbeServer.StartAsync(services => services.AddServerInterceptors()
            .AddStandard(configuration.GetSection("Server"))
            .AddLimits(static o => o.CallerKey = CallerKeys.PeerAddress)
            .AddTokenAuthentication(TokenVerifiers.Static([Tokens.Of("alice", Tokens.Good)])));

        Assert.Equal(StatusCode.OK, await StatusOfAsync(server.Client()));
    }

    [Fact]
    public async Task The_set_takes_options_in_code_too()
    {
        await using var server = await ProbeServer.StartAsync(static services => services.AddServerInterceptors().AddStandard(static o =>
        {
            o.TraceMetadata = static trace => trace.Key = "x-id";
            o.Timing = static timing => timing.MethodLevels["*"] = LogLevel.Critical;
            o.Limits = static limits => limits.Server = new CallLimit { MaxConcurrentCalls = 1 };
            o.Recovery = static recovery => recovery.Map<InvalidOperationException>(StatusCode.Aborted);
            o.Compression = static compression => compression.MinimumSize = 0;
        }));

        var failure = await Assert.ThrowsAsync<RpcException>(async () =>
            await server.Client().UnaryAsync(new ProbeRequest { Ending = Ending.ThrowException }, new Metadata { { "x-id", "mine" } }));

        Assert.Equal(StatusCode.Aborted, failure.StatusCode);
        await Eventually.True(() => server.Logs.Named("CallEnded").Count >= 1, "the call is logged");
        Assert.Equal(LogLevel.Critical, server.Logs.Named("CallEnded").Single().Level);
        Assert.Equal("mine", server.Logs.Named("CallEnded").Single().Fields["TraceId"]);
    }

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] values) => new ConfigurationBuilder()
        .AddInMemoryCollection(values.ToDictionary(v => $"Server:{v.Key}", v => (string?)v.Value)).Build();

    private static Task<ProbeServer> StartAsync(IConfigurationRoot configuration) => ProbeServer.StartAsync(services =>
        services.AddServerInterceptors().AddStandard(configuration.GetSection("Server")));

    private static async Task<StatusCode> StatusOfAsync(Probe.ProbeClient client)
    {
        try
        {
            await client.UnaryAsync(new ProbeRequest());
            return StatusCode.OK;
        }
        catch (RpcException exception)
        {
            return exception.StatusCode;
        }
    }
}
