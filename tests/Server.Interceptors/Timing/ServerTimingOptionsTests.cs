using System.Security.Claims;
using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Interceptors.Server.Tests;

public sealed class ServerTimingOptionsTests
{
    [Fact]
    public async Task A_slow_call_is_logged_as_a_warning_though_it_succeeded()
    {
        await using var server = await StartAsync(options => options.SlowCallThreshold = TimeSpan.FromTicks(1));

        Assert.Equal(LogLevel.Warning, (await EndOfCallAsync(server)).Level);
    }

    [Fact]
    public async Task A_slow_call_that_failed_badly_stays_an_error()
    {
        await using var server = await StartAsync(options => options.SlowCallThreshold = TimeSpan.FromTicks(1));

        Assert.Equal(LogLevel.Error, (await EndOfCallAsync(server, new ProbeRequest { Ending = Ending.ThrowException })).Level);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_start_is_logged_when_asked_for(bool asked)
    {
        await using var server = await StartAsync(options => options.LogStart = asked);

        var ended = await EndOfCallAsync(server);

        var started = server.Logs.Named("CallStarted");
        Assert.Equal(asked ? 1 : 0, started.Count);
        Assert.All(started, line => Assert.Equal(ended.Fields["TraceId"], line.Fields["TraceId"]));
    }

    [Fact]
    public async Task The_longest_pattern_decides_on_the_level_of_a_method()
    {
        await using var server = await StartAsync(options =>
        {
            options.MethodLevels["*"] = LogLevel.Critical;
            options.MethodLevels["/interceptors.testing.Probe/Unary"] = LogLevel.Trace;
            options.MethodLevels["interceptors.testing.Probe"] = LogLevel.Error;
        });

        Assert.Equal(LogLevel.Trace, (await EndOfCallAsync(server)).Level);
        await new CallDriver(server.Client()).RunAsync(CallKind.ServerStreaming, CallEnd.Success, () => Task.CompletedTask);
        await Eventually.True(() => server.Logs.Named("CallEnded").Count == 2, "the stream is logged");
        Assert.Equal(LogLevel.Error, server.Logs.Named("CallEnded")[1].Level);
    }

    [Fact]
    public async Task A_method_may_have_no_line()
    {
        await using var server = await StartAsync(options => options.MethodLevels["interceptors.testing.Probe/Unary"] = LogLevel.None);

        await server.Client().UnaryAsync(new ProbeRequest());
        await new CallDriver(server.Client()).RunAsync(CallKind.Duplex, CallEnd.Success, () => Task.CompletedTask);

        await Eventually.True(() => server.Logs.Named("CallEnded").Count > 0, "the stream is logged");
        Assert.Equal(MethodType.DuplexStreaming, Assert.Single(server.Logs.Named("CallEnded")).Fields["Kind"]);
    }

    [Theory]
    [InlineData(true, "anna")]
    [InlineData(true, null)]
    [InlineData(false, "anna")]
    public async Task The_principal_is_named_only_when_asked_for(bool asked, string? name)
    {
        await using var server = await StartAsync(options => options.LogPrincipal = asked);
        server.Observer.OnCall = context =>
        {
            if (name is not null)
                context.GetHttpContext().User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], "test"));
            return Task.CompletedTask;
        };

        var line = await EndOfCallAsync(server);

        Assert.Equal(asked, line.Fields.ContainsKey("Principal"));
        Assert.Equal(asked ? name : null, line.Fields.GetValueOrDefault("Principal"));
        Assert.Equal(asked && name is not null, line.Message.Contains("of anna", StringComparison.Ordinal));
        Assert.Equal(2101, line.Event.Id);
    }

    [Fact]
    public void Wrong_options_are_refused_with_their_name_and_the_fix()
    {
        var options = new ServerTimingOptions { SlowCallThreshold = TimeSpan.Zero };
        options.MethodLevels["a b"] = LogLevel.Debug;
        options.MethodLevels["a.B"] = (LogLevel)17;

        var error = Assert.Throws<ArgumentException>(
            () => new ServerTimingInterceptor(NullLogger<ServerTimingInterceptor>.Instance, Options.Create(options)));

        Assert.Contains("ServerTimingOptions.SlowCallThreshold is 00:00:00. Give more than zero", error.Message, StringComparison.Ordinal);
        Assert.Contains("ServerTimingOptions.MethodLevels: 'a b' is no pattern", error.Message, StringComparison.Ordinal);
        Assert.Contains("ServerTimingOptions.MethodLevels['a.B'] is 17", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_options_stop_the_host_from_starting() =>
        await Assert.ThrowsAsync<OptionsValidationException>(
            () => StartAsync(options => options.SlowCallThreshold = TimeSpan.FromSeconds(-1)));

    private static Task<ProbeServer> StartAsync(Action<ServerTimingOptions> configure) => ProbeServer.StartAsync(services =>
        services.AddServerInterceptors().AddTraceMetadata().AddTiming(configure).AddRecovery());

    private static async Task<LogLine> EndOfCallAsync(ProbeServer server, ProbeRequest? request = null)
    {
        await server.Client().UnaryAsync(request ?? new ProbeRequest()).ResponseAsync
            .ContinueWith(static call => call.Exception, TaskScheduler.Default);
        await Eventually.True(() => server.Logs.Named("CallEnded").Count > 0, "the call is logged");
        return Assert.Single(server.Logs.Named("CallEnded"));
    }
}
