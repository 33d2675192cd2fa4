using System.Diagnostics.Metrics;
using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Interceptors.Server.Tests;

/// <summary>Interceptors and options for some of a server's methods.</summary>
public sealed class ChosenMethodsTests
{
    private const string UnaryMethod = "interceptors.testing.Probe/Unary";

    [Fact]
    public async Task One_for_chosen_methods_sees_no_others()
    {
        await using var server = await ProbeServer.StartAsync(static services => services
            .AddSingleton<ThrowingInterceptor.Calls>()
            .AddServerInterceptors().AddStandard().For(UnaryMethod, static chosen => chosen.Add<ThrowingInterceptor>()));
        var client = server.Client();

        var failure = await Assert.ThrowsAsync<RpcException>(async () => await client.UnaryAsync(new ProbeRequest()));
        using var other = client.ServerStream(new ProbeRequest { Responses = 1 });

        Assert.Equal(StatusCode.Internal, failure.StatusCode);
        Assert.True(await other.ResponseStream.MoveNext(default));
        Assert.Equal(1, server.Services.GetRequiredService<ThrowingInterceptor.Calls>().Count);
    }

    [Fact]
    public async Task Options_for_chosen_methods_take_the_place_of_those_for_all()
    {
        await using var server = await ProbeServer.StartAsync(static services => services.AddServerInterceptors()
            .For("/interceptors.testing.Probe/Unary", static chosen => chosen.AddTiming(static o => o.MethodLevels["*"] = LogLevel.Error))
            .AddTiming(static o => o.MethodLevels["*"] = LogLevel.Warning)
            .AddStandard());
        var client = server.Client();

        await client.UnaryAsync(new ProbeRequest());
        using var other = client.ServerStream(new ProbeRequest());
        await other.ResponseStream.MoveNext(default);

        await Eventually.True(() => server.Logs.Named("CallEnded").Count >= 2, "both calls are logged");
        Assert.Equal([LogLevel.Error, LogLevel.Warning], server.Logs.Named("CallEnded").Select(line => line.Level));
    }

    [Fact]
    public async Task Options_for_chosen_methods_build_on_those_for_all()
    {
        await using var server = await ProbeServer.StartAsync(static services => services.AddServerInterceptors()
            .AddTiming(static o => o.MethodLevels["*"] = LogLevel.Warning)
            .For(UnaryMethod, static chosen => chosen.AddTiming(static o => o.LogStart = true)));
        var client = server.Client();

        await client.UnaryAsync(new ProbeRequest());
        using var other = client.ServerStream(new ProbeRequest());
        await other.ResponseStream.MoveNext(default);

        await Eventually.True(() => server.Logs.Named("CallEnded").Count >= 2, "both calls are logged");
        Assert.All(server.Logs.Named("CallEnded"), line => Assert.Equal(LogLevel.Warning, line.Level));
        Assert.Single(server.Logs.Named("CallStarted"));
    }

    [Fact]
    public async Task Of_several_choices_the_first_counts()
    {
        await using var server = await ProbeServer.StartAsync(static services => services.AddServerInterceptors().AddStandard()
            .For(UnaryMethod, static chosen => chosen.AddTiming(static o => o.MethodLevels["*"] = LogLevel.Error))
            .For("interceptors.*", static chosen => chosen.AddTiming(static o => o.MethodLevels["*"] = LogLevel.Critical)));

        await server.Client().UnaryAsync(new ProbeRequest());

        await Eventually.True(() => server.Logs.Named("CallEnded").Count >= 1, "the call is logged");
        Assert.Equal(LogLevel.Error, Assert.Single(server.Logs.Named("CallEnded")).Level);
    }

    [Fact]
    public async Task Each_choice_has_its_own_limits_and_all_are_measured_together()
    {
        using var meters = new MeterCapture(ServerTimingInterceptor.MeterName);
        await using var server = await ProbeServer.StartAsync(services => services.AddSingleton<IMeterFactory>(meters)
            .AddServerInterceptors().AddStandard()
            .AddLimits(static o => o.Server = new CallLimit { MaxConcurrentCalls = 1 })
            .For(UnaryMethod, static chosen => chosen.AddLimits(static o => o.Server = new CallLimit { MaxConcurrentCalls = 2 })));
        var client = server.Client();
        using var first = client.ServerStream(new ProbeRequest { Ending = Ending.Hang });
        using var second = client.UnaryAsync(new ProbeRequest { Ending = Ending.Hang });
        using var third = client.UnaryAsync(new ProbeRequest { Ending = Ending.Hang });
        await Eventually.True(() => server.Observer.Running == 3, "the calls run");

        using var refused = client.ServerStream(new ProbeRequest());
        Assert.Equal(
            StatusCode.ResourceExhausted,
            (await Assert.ThrowsAsync<RpcException>(() => refused.ResponseStream.MoveNext(default))).StatusCode);
        Assert.Equal(
            StatusCode.ResourceExhausted,
            (await Assert.ThrowsAsync<RpcException>(async () => await client.UnaryAsync(new ProbeRequest()))).StatusCode);
        Assert.Equal(3, Assert.Single(meters.Observe("interceptors.server.running_calls")).Value);
    }

    [Fact]
    public async Task Each_choice_has_its_own_tokens()
    {
        await using var server = await ProbeServer.StartAsync(static services => services.AddServerInterceptors().AddStandard()
            .AddStaticTokenAuthentication(static o => o.Tokens.Add(Tokens.Of("alice", Tokens.Good)))
            .For(UnaryMethod, static chosen => chosen.AddStaticTokenAuthentication(
                static o => o.Tokens.Add(Tokens.Of("bob", "another-token-of-bob-0123456789abcdef")))));
        var names = new List<string?>();
        server.Observer.OnCall = context =>
        {
            names.Add(context.GetUser().Identity?.Name);
            return Task.CompletedTask;
        };
        var client = server.Client();

        await client.UnaryAsync(new ProbeRequest(), Bearer("another-token-of-bob-0123456789abcdef"));
        using var other = client.ServerStream(new ProbeRequest(), Bearer(Tokens.Good));
        await other.ResponseStream.MoveNext(default);
        var refused = await Assert.ThrowsAsync<RpcException>(
            async () => await client.UnaryAsync(new ProbeRequest(), Bearer(Tokens.Good)));

        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
        Assert.Equal(["bob", "alice"], names);
    }

    [Fact]
    public void What_holds_for_all_methods_or_is_no_choice_is_refused()
    {
        var builder = new ServiceCollection().AddServerInterceptors();

        Assert.Contains("'orders' is no pattern", Assert.Throws<ArgumentException>(() => builder.For("or ders", _ => { })).Message
            .Replace("or ders", "orders", StringComparison.Ordinal), StringComparison.Ordinal);
        foreach (var wrong in new Action<ServerInterceptorsBuilder>[]
            { b => b.AddTraceMetadata(
                ), b => b.AddStandard(), b => b.AddUnhandledCalls(), b => b.AddCompression(), b => b.For("a.*", _ => { }) })
            Assert.Contains("orders.*", Assert.Throws<InvalidOperationException>(() =>
                builder.For("orders.*", wrong)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_options_of_chosen_methods_stop_the_start()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => ProbeServer.StartAsync(static services =>
            services.AddServerInterceptors().AddStandard().For(UnaryMethod, static b => b.AddLimits(static o => o.MaxCallers = 0))));

        Assert.Contains("LimitsOptions.MaxCallers is 0", error.Message, StringComparison.Ordinal);
    }

    private static Metadata Bearer(string token) => new() { { "authorization", "Bearer " + token } };
}
