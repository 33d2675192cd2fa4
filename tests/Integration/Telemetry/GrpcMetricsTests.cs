using Grpc.Core;
using Interceptors.Client;
using Interceptors.Discovery;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Interceptors.Integration.Tests;

/// <summary>gRPC's own metrics, under the names of gRFCs A66, A91, A94 and A96, as the official SDK exports them.</summary>
[Collection(nameof(RpcConventionsTests.Alone))]
public sealed class GrpcMetricsTests
{
    private const string Target = "memory:///probe";

    public static TheoryData<CallKind, CallEnd, string> Ends { get; } =
    [
        .. from kind in Enum.GetValues<CallKind>()
           from end in new[]
           {
               (CallEnd.Success, "OK"), (CallEnd.Error, "NOT_FOUND"), (CallEnd.Deadline, "DEADLINE_EXCEEDED"),
               (CallEnd.Cancellation, "CANCELLED"),
           }
           select (kind, end.Item1, end.Item2),
    ];

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task An_attempt_of_each_kind_and_end_is_measured(CallKind kind, CallEnd end, string status)
    {
        await using var measured = await MeasuredClient.StartAsync();
        var server = measured.Server;

        await new CallDriver(measured.Client).RunAsync(
            kind, end, () => Eventually.True(() => server.Observer.Running == 1, "the handler runs"));
        await Eventually.True(() => measured.Point("grpc.client.attempt.duration") is not null, "the attempt has ended");

        var method = $"interceptors.testing.Probe/{kind switch
        {
            CallKind.BlockingUnary or CallKind.Unary => "Unary",
            CallKind.ClientStreaming => "ClientStream",
            CallKind.ServerStreaming => "ServerStream",
            _ => "Duplex",
        }}";
        Assert.Equal([("grpc.method", method), ("grpc.target", Target)], measured.Point("grpc.client.attempt.started")!.Value.Tags);
        (string, object?)[] ended = [("grpc.method", method), ("grpc.status", status), ("grpc.target", Target)];
        var duration = measured.Point("grpc.client.attempt.duration")!.Value;
        Assert.Equal(ended, duration.Tags);
        Assert.InRange(duration.Sum, double.Epsilon, 60);
        var sent = measured.Point("grpc.client.attempt.sent_total_compressed_message_size")!.Value;
        Assert.Equal(ended, sent.Tags);
        var request = new ProbeRequest { Text = "hello", Responses = 2, Ending = EndingOf(end) };
        Assert.Equal(request.CalculateSize(), sent.Sum);
        var received = measured.Point("grpc.client.attempt.rcvd_total_compressed_message_size")!.Value;
        Assert.Equal(ended, received.Tags);
        Assert.Equal(end == CallEnd.Success || kind is CallKind.ServerStreaming or CallKind.Duplex, received.Sum > 0);
    }

    [Fact]
    public async Task Messages_are_counted_as_they_are_on_the_wire()
    {
        await using var measured = await MeasuredClient.StartAsync(client => client.AddCompression(o => o.MinimumSize = 0));
        var request = new ProbeRequest { Text = new string('a', 100_000) };

        await measured.Client.UnaryAsync(request);

        var sent = measured.Point("grpc.client.attempt.sent_total_compressed_message_size")!.Value.Sum;
        Assert.InRange(sent, 20, 2_000);
    }

    [Fact]
    public async Task Retries_and_their_pauses_are_measured_for_each_call_that_has_some()
    {
        await using var measured = await MeasuredClient.StartAsync(client => client.AddResilience(
            o => o.Retry = new RetryOptions { IdempotentMethods = { "*" }, BaseDelay = TimeSpan.FromMilliseconds(20), Jitter = 0 }));
        var left = 2;
        measured.Server.Observer.OnCall = _ => Interlocked.Decrement(ref left) >= 0
            ? throw new RpcException(new Status(StatusCode.Unavailable, "not yet"))
            : Task.CompletedTask;

        await measured.Client.UnaryAsync(new ProbeRequest());
        await measured.Client.UnaryAsync(new ProbeRequest());

        var retries = measured.Point("grpc.client.call.retries")!.Value;
        Assert.Equal([("grpc.method", "interceptors.testing.Probe/Unary"), ("grpc.target", Target)], retries.Tags);
        Assert.Equal((1, 2), (retries.Count, retries.Sum));
        // The second pause is twice the first.
        Assert.Equal(0.06, measured.Point("grpc.client.call.retry_delay")!.Value.Sum, 3);
        Assert.Equal(4, measured.Point("grpc.client.attempt.started")!.Value.Sum);
    }

    [Fact]
    public async Task Connections_are_counted_as_they_come_and_go()
    {
        await using var measured = await MeasuredClient.StartAsync();
        await measured.Client.UnaryAsync(new ProbeRequest());
        (string, object?)[] tags = [("grpc.target", Target)];
        var made = measured.Point("grpc.subchannel.connection_attempts_succeeded")!.Value;
        Assert.Equal(tags, made.Tags);
        Assert.Equal((1, 1), (made.Sum, measured.Point("grpc.subchannel.open_connections")!.Value.Sum));

        await measured.Server.StopAsync();
        await Eventually.True(() => measured.Point("grpc.subchannel.disconnections")?.Sum == 1, "the connection is lost");
        await Eventually.True(() => measured.Point("grpc.subchannel.connection_attempts_failed")?.Sum > 0, "no other can be made");

        Assert.Equal(0, measured.Point("grpc.subchannel.open_connections")!.Value.Sum);
    }

    [Fact]
    public async Task An_ejection_is_counted_by_what_found_it()
    {
        await using var other = await ProbeServer.StartAsync();
        await using var measured = await MeasuredClient.StartAsync(
            channel: o => o.Balancing.OutlierEjection = new OutlierEjectionOptions { ConsecutiveErrors = 2, MaxEjectionPercent = 100 },
            others: other);
        measured.Server.Observer.OnCall = static _ => throw new RpcException(new Status(StatusCode.Unavailable, "out of order"));

        for (var i = 0; i < 1_000 && measured.Point("grpc.lb.outlier_detection.ejections_enforced") is null; i++)
            await new CallDriver(measured.Client).RunAsync(CallKind.Unary, CallEnd.Success, static () => Task.CompletedTask);

        var ejections = measured.Point("grpc.lb.outlier_detection.ejections_enforced")!.Value;
        Assert.Equal([("grpc.lb.outlier_detection.detection_method", "consecutive_errors"), ("grpc.target", Target)], ejections.Tags);
    }

    [Fact]
    public async Task Nothing_of_it_is_exported_unasked()
    {
        await using var measured = await MeasuredClient.StartAsync(isAsked: false);

        await measured.Client.UnaryAsync(new ProbeRequest());

        Assert.Null(measured.Point("grpc.client.attempt.started"));
        Assert.NotNull(measured.Point("rpc.client.call.duration"));
    }

    private static Ending EndingOf(CallEnd end) => end switch
    {
        CallEnd.Success => Ending.Return,
        CallEnd.Error => Ending.ThrowStatus,
        _ => Ending.Hang,
    };

    /// <summary>A server, and a discovered client of it whose metrics are exported.</summary>
    private sealed class MeasuredClient(ProbeServer server, ServiceProvider services, Exported<Metric> metrics) : IAsyncDisposable
    {
        public ProbeServer Server => server;

        public Probe.ProbeClient Client { get; } = services.GetRequiredService<Probe.ProbeClient>();

        public static async Task<MeasuredClient> StartAsync(
            Action<IHttpClientBuilder>? configure = null, Action<DiscoveryChannelOptions>? channel = null, ProbeServer? others = null,
            bool isAsked = true)
        {
            var server = await ProbeServer.StartAsync();
            var registry = new InMemoryServiceRegistry();
            foreach (var one in new[] { server, others }.OfType<ProbeServer>())
                registry.Register(new ServiceInstance("probe", new DiscoveryEndpoint("127.0.0.1", new Uri(one.Address).Port)));
            var metrics = new Exported<Metric>();
            var collection = new ServiceCollection();
            var client = collection.AddInMemoryDiscovery(registry)
                .AddDiscoveryClient<Probe.ProbeClient>(Target, channel ?? (static _ => { })).AddTiming();
            configure?.Invoke(client);
            collection.AddOpenTelemetry().WithMetrics(meters =>
            {
                meters.AddInterceptorsInstrumentation().AddReader(new BaseExportingMetricReader(metrics));
                if (isAsked)
                    meters.AddGrpcMetrics();
            });
            var services = collection.BuildServiceProvider();
            // Made by a host when it starts.
            _ = services.GetRequiredService<MeterProvider>();
            // So that no deadline runs meanwhile.
            await services.GetRequiredKeyedService<DiscoveryChannel>(typeof(Probe.ProbeClient))
                .ConnectAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
            return new MeasuredClient(server, services, metrics);
        }

        /// <summary>The only point of an instrument, as it stands; null if it has none.</summary>
        public ((string, object?)[] Tags, long Count, double Sum)? Point(string instrument)
        {
            services.GetRequiredService<MeterProvider>().ForceFlush();
            ((string, object?)[] Tags, long Count, double Sum)? found = null;
            foreach (var metric in metrics.Items.Where(metric => metric.Name == instrument).TakeLast(1))
            {
                foreach (ref readonly var point in metric.GetMetricPoints())
                {
                    Assert.Null(found);
                    var tags = new List<(string, object?)>();
                    foreach (var tag in point.Tags)
                        tags.Add((tag.Key, tag.Value));
                    found = ([.. tags.OrderBy(static tag => tag.Item1, StringComparer.Ordinal)],
                        metric.MetricType == MetricType.Histogram ? point.GetHistogramCount() : 1,
                        metric.MetricType == MetricType.Histogram ? point.GetHistogramSum() : point.GetSumLong());
                }
            }

            return found;
        }

        public async ValueTask DisposeAsync()
        {
            await services.DisposeAsync();
            await server.DisposeAsync();
        }
    }
}
