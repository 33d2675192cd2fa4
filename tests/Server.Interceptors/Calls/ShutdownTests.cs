using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server.Tests;

/// <summary>A server that stops says so: clients send the call elsewhere, and the log does not blame the caller.</summary>
public sealed class ShutdownTests
{
    public static TheoryData<CallKind> Kinds { get; } =
        [CallKind.Unary, CallKind.ClientStreaming, CallKind.ServerStreaming, CallKind.Duplex];

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("case", "interceptors 15")]
    public async Task A_handler_that_ends_because_the_server_stops_is_Unavailable(CallKind kind)
    {
        await using var server = await StartAsync();
        var lifetime = server.Services.GetRequiredService<IHostApplicationLifetime>();
        server.Observer.OnCall = _ => Task.Delay(Timeout.Infinite, lifetime.ApplicationStopping);
        var call = TwoHops.CallAsync(server.Client(), kind);
        await Eventually.True(() => server.Observer.Running == 1, "the handler runs");

        lifetime.StopApplication();
        var error = await Assert.ThrowsAsync<RpcException>(() => call);

        Assert.Equal((StatusCode.Unavailable, "The server is shutting down."), (error.StatusCode, error.Status.Detail));
        Assert.Equal(LogLevel.Information, Assert.Single(server.Logs.Named("HandlerStopped")).Level);
        Assert.Empty(server.Logs.Named("HandlerCancelled"));
    }

    [Fact]
    [Trait("case", "interceptors 15")]
    public async Task So_is_one_whose_outgoing_call_was_cancelled_by_that()
    {
        IHostApplicationLifetime? lifetime = null;
        await using var hops = await TwoHops.StartAsync(calls: async (client, _) =>
            await client.UnaryAsync(new ProbeRequest { Ending = Ending.Hang }, cancellationToken: lifetime!.ApplicationStopping));
        lifetime = hops.Front.Services.GetRequiredService<IHostApplicationLifetime>();
        var failing = hops.FailAsync();
        await Eventually.True(() => hops.Back.Observer.Running == 1, "the inner handler runs");

        lifetime.StopApplication();

        Assert.Equal(StatusCode.Unavailable, (await failing).StatusCode);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("case", "interceptors 15")]
    [Trait("case", "interceptors 44")]
    public async Task A_call_that_the_host_aborts_is_not_the_callers_cancellation(CallKind kind)
    {
        await using var server = await StartAsync(static services =>
            services.Configure<HostOptions>(static options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(200)));
        server.Observer.OnCall = static context => Task.Delay(Timeout.Infinite, context.CancellationToken);
        var call = TwoHops.CallAsync(server.Client(), kind);
        await Eventually.True(() => server.Observer.Running == 1, "the handler runs");

        await server.StopAsync();
        await Assert.ThrowsAsync<RpcException>(() => call);

        await Eventually.True(() => server.Logs.Named("CallEnded").Count == 1, "the call is logged");
        Assert.Equal(StatusCode.Unavailable, server.Logs.Named("CallEnded")[0].Fields["Status"]);
        Assert.Single(server.Logs.Named("HandlerStopped"));
        Assert.Empty(server.Logs.Named("HandlerCancelled"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("case", "interceptors 15")]
    public async Task A_caller_that_cancels_while_the_server_stops_is_still_the_callers_cancellation(CallKind kind)
    {
        await using var server = await StartAsync();
        using var cancellation = new CancellationTokenSource();
        var driver = new CallDriver(server.Client());
        var started = new TaskCompletionSource();
        var call = driver.RunAsync(kind, CallEnd.Cancellation, () => started.Task);
        await Eventually.True(() => server.Observer.Running == 1, "the handler runs");

        server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        started.SetResult();

        Assert.Equal(StatusCode.Cancelled, await call);
        await Eventually.True(() => server.Logs.Named("CallEnded").Count == 1, "the call is logged");
        Assert.Equal(StatusCode.Cancelled, server.Logs.Named("CallEnded")[0].Fields["Status"]);
    }

    private static Task<ProbeServer> StartAsync(Action<IServiceCollection>? configure = null) => ProbeServer.StartAsync(services =>
    {
        services.AddServerInterceptors().AddStandard();
        configure?.Invoke(services);
    });
}
