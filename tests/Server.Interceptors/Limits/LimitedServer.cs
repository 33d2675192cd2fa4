using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Server.Tests;

/// <summary>A server with limits, and what it counts.</summary>
public sealed class LimitedServer : IAsyncDisposable
{
    private readonly MeterCapture _meters;
    private readonly MeterListener _gauges = new();
    private readonly ConcurrentDictionary<string, long> _counted = new();

    private LimitedServer(ProbeServer server, MeterCapture meters)
    {
        Server = server;
        _meters = meters;
        _gauges.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is ObservableUpDownCounter<long> && ReferenceEquals(instrument.Meter.Scope, meters))
                listener.EnableMeasurementEvents(instrument);
        };
        _gauges.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            _counted[$"{instrument.Name} {tags.ToArray().Single(tag => tag.Key == "interceptors.limit").Value}"] = value);
        _gauges.Start();
    }

    public ProbeServer Server { get; }

    public IReadOnlyList<Measurement> Refusals => _meters.Of("interceptors.server.refusals");

    public static async Task<LimitedServer> StartAsync(Action<LimitsOptions> configure, TimeProvider? time = null)
    {
        var meters = new MeterCapture(ServerTimingInterceptor.MeterName);
        return new LimitedServer(
            await ProbeServer.StartAsync(services =>
            {
                services.AddSingleton<IMeterFactory>(meters);
                services.AddServerInterceptors().AddStandard().AddLimits(configure);
                if (time is not null)
                    services.AddSingleton(time);
            }),
            meters);
    }

    public Probe.ProbeClient Client() => Server.Client();

    /// <summary>How many calls of a limit (server, method, caller) hold a place.</summary>
    public long Running(string limit) => Count($"interceptors.server.running_calls {limit}");

    public long Queued(string limit) => Count($"interceptors.server.queued_calls {limit}");

    /// <summary>Starts a call that runs until it is disposed.</summary>
    public async Task<IDisposable> OccupyAsync(Metadata? headers = null)
    {
        var running = Server.Observer.Running;
        var call = Client().ServerStream(new ProbeRequest { Ending = Ending.Hang }, headers);
        await Eventually.True(() => Server.Observer.Running == running + 1, "the call runs");
        return call;
    }

    public async Task<RpcException> RefusedAsync(Metadata? headers = null) => await Assert.ThrowsAsync<RpcException>(
        async () => await Client().UnaryAsync(new ProbeRequest(), headers));

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _gauges.Dispose();
        _meters.Dispose();
    }

    private long Count(string key)
    {
        _gauges.RecordObservableInstruments();
        return _counted.GetValueOrDefault(key, -1);
    }
}
