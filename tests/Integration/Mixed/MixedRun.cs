using System.Diagnostics.Metrics;
using System.Globalization;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Interceptors.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Integration.Tests;

/// <summary>
/// All calls of the plan, made once for all tests of the class. Another plan than the usual one: the environment variable
/// MIXED_CALLS_SEED.
/// </summary>
public sealed class MixedRun : IAsyncLifetime
{
    private const int Count = 10_000;
    private const int AtOnce = 32;

    private readonly LogCapture _clientLogs = new();
    private readonly MeterCapture _clientMeters = new("Interceptors.Client");
    private readonly MeterCapture _serverMeters = new("Interceptors.Server");
    private ProbeServer _server = null!;

    public int Seed { get; } = int.Parse(Environment.GetEnvironmentVariable("MIXED_CALLS_SEED") ?? "20", CultureInfo.InvariantCulture);

    internal IReadOnlyList<MixedCall> Calls { get; private set; } = [];

    internal Arrivals Arrivals { get; } = new();

    internal MixedReports Client { get; private set; } = null!;

    internal MixedReports Server { get; private set; } = null!;

    public int Handlers => _server.Observer.Running;

    public long LimitedCalls => RunningCalls.Of(_serverMeters);

    public async ValueTask InitializeAsync()
    {
        Calls = MixedPlan.Of(Seed, Count);
        _server = await ProbeServer.StartAsync(Configure);
        _server.Observer.OnCall = MixedStage.Of(Calls);
        await using var services = ClientServices();
        var interceptor = ClientInterceptorsOf.Client(services, "mixed");
        using var nobody = GrpcChannel.ForAddress("http://127.0.0.1:1");
        var channels = await Task.WhenAll(Enumerable.Range(0, AtOnce + 1).Select(_ => OpenAsync()));
        var invokers = channels.Select(channel => channel.Intercept(interceptor)).ToList();
        var callers = invokers.Skip(1).Select(own => new MixedCaller(invokers[0], own, nobody.Intercept(interceptor))).ToList();
        await MakeAllAsync(callers);
        await SettleAsync(() => _clientLogs.Named("CallEnded").Count >= Count);
        GC.KeepAlive(callers);
        foreach (var channel in channels)
            channel.Dispose();
        await SettleAsync(() => Arrivals.Running == 0 && Handlers == 0);
        Client = new MixedReports(_clientLogs, ["CallEnded"], "TraceId", _clientMeters.Of("rpc.client.call.duration"));
        Server = new MixedReports(
            _server.Logs, ["CallEnded", "UnhandledCallEnded"], Arrivals.Scope, _serverMeters.Of("rpc.server.call.duration"));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _clientLogs.Dispose();
        _clientMeters.Dispose();
        _serverMeters.Dispose();
    }

    private void Configure(IServiceCollection services)
    {
        services.AddSingleton<IStartupFilter>(Arrivals);
        services.AddSingleton<IMeterFactory>(_serverMeters);
        // Those of the platform would be millions.
        services.AddLogging(logging => logging.AddFilter("Microsoft", LogLevel.None).AddFilter("Grpc", LogLevel.None));
        // Streams that their callers reset count until their handlers have ended; too many of them close the connection.
        services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.Http2.MaxStreamsPerConnection = 10 * AtOnce);
        services.AddGrpc(MixedSizes.Limit);
        services.AddServerInterceptors().AddStandard().AddLimits(limits => limits.Server = new() { MaxConcurrentCalls = Count });
    }

    private ServiceProvider ClientServices()
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_clientLogs));
        services.AddSingleton<IMeterFactory>(_clientMeters);
        services.AddNamedClient("mixed").AddStandardInterceptors();
        return services.BuildServiceProvider();
    }

    private async Task<GrpcChannel> OpenAsync()
    {
        var options = new GrpcChannelOptions();
        MixedSizes.Limit(options);
        var channel = GrpcChannel.ForAddress(_server.Address, options);
        await channel.ConnectAsync();
        return channel;
    }

    private Task MakeAllAsync(IEnumerable<MixedCaller> callers)
    {
        var next = -1;
        return Task.WhenAll(callers.Select(caller => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var number && number < Calls.Count)
                await RunAsync(caller, Calls[number]);
        })));
    }

    /// <summary>Every call ends by itself; one that does not is named instead of waited for.</summary>
    private static async Task RunAsync(MixedCaller caller, MixedCall call)
    {
        try
        {
            await Task.Run(() => caller.RunAsync(call)).WaitAsync(TimeSpan.FromMinutes(2));
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"A call has not ended: {call}");
        }
    }

    private static async Task SettleAsync(Func<bool> condition)
    {
        try
        {
            await Eventually.True(
                () =>
                {
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                    return condition();
                },
                "all calls end");
        }
        catch (TimeoutException)
        {
            // The tests say which did not.
        }
    }
}
