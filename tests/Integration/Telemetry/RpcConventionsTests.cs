using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Interceptors.Client;
using Interceptors.Discovery;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Status = Grpc.Core.Status;
using StatusCode = Grpc.Core.StatusCode;

namespace Interceptors.Integration.Tests;

/// <summary>
/// OpenTelemetry's RPC conventions 1.45.0 over two hops, as the official SDK exports them: with what the kit adds alone, and with the
/// instrumentation of OpenTelemetry's contrib packages beside it. Alone, because the SDK listens to every meter of the process that has
/// the name, another test's too.
/// </summary>
[Collection(nameof(Alone))]
public sealed class RpcConventionsTests
{
    [CollectionDefinition(nameof(Alone), DisableParallelization = true)]
    public sealed class Alone;

    private const string Method = "interceptors.testing.Probe/Unary";

    public static TheoryData<CallKind> Kinds { get; } = [.. Enum.GetValues<CallKind>()];

    [Theory]
    [InlineData(false, Ending.Return, "OK", "OK", null)]
    [InlineData(true, Ending.Return, "OK", "OK", null)]
    [InlineData(false, Ending.ThrowException, "INTERNAL", "INTERNAL", "INTERNAL")]
    [InlineData(true, Ending.ThrowException, "INTERNAL", "INTERNAL", "INTERNAL")]
    [InlineData(false, Ending.ThrowStatus, "NOT_FOUND", "NOT_FOUND", null)]
    [InlineData(true, Ending.ThrowStatus, "NOT_FOUND", "NOT_FOUND", null)]
    public async Task Each_span_and_metric_of_two_hops_is_as_the_table_says(
        bool withContrib, Ending ending, string back, string front, string? serverError)
    {
        var spans = new Exported<Activity>();
        var metrics = new Exported<Metric>();
        var registry = new InMemoryServiceRegistry();
        await using var backServer = await ProbeServer.StartAsync(services => services.AddServerInterceptors().AddStandard());
        registry.Register(new ServiceInstance("back", new DiscoveryEndpoint("127.0.0.1", new Uri(backServer.Address).Port)));
        await using var frontServer = await ProbeServer.StartAsync(services =>
        {
            services.AddServerInterceptors().AddStandard();
            services.AddInMemoryDiscovery(registry).AddDiscoveryClient<Probe.ProbeClient>("memory:///back").AddStandardInterceptors();
            services.AddOpenTelemetry()
                .WithTracing(tracing =>
                {
                    tracing.AddInterceptorsInstrumentation();
                    if (withContrib)
                        tracing.AddAspNetCoreInstrumentation().AddGrpcClientInstrumentation();
                    tracing.AddProcessor(new SimpleActivityExportProcessor(spans));
                })
                .WithMetrics(meters => meters.AddInterceptorsInstrumentation().AddReader(new BaseExportingMetricReader(metrics)));
        });
        frontServer.Observer.OnCall = async _ => await frontServer.Services.GetRequiredService<Probe.ProbeClient>()
            .UnaryAsync(new ProbeRequest { Ending = ending });

        // The listener hears all of the process; the trace tells these calls from those of other tests.
        using var trace = new Activity("test") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
        var caller = frontServer.Client();
        if (ending == Ending.Return)
            await caller.UnaryAsync(new ProbeRequest());
        else
            await Assert.ThrowsAsync<RpcException>(() => caller.UnaryAsync(new ProbeRequest()).ResponseAsync);
        await Eventually.True(() => Own().Count == 4, "four spans end");
        frontServer.Services.GetRequiredService<MeterProvider>().ForceFlush();

        var client = Own().Single(span => span.Kind == ActivityKind.Client && Own().Any(other => other.SpanId == span.ParentSpanId));
        Assert.Equal(Method, client.DisplayName);
        Assert.Equal(back == "OK" ? ActivityStatusCode.Unset : ActivityStatusCode.Error, client.Status);
        Assert.Equal(
            [
                ("error.type", back == "OK" ? null : back), ("rpc.method", Method), ("rpc.status_code", back), ("rpc.system.name", "grpc"),
                ("server.address", "memory:///back"), ("server.port", null),
            ],
            Tags(client, "error.type", "rpc.method", "rpc.status_code", "rpc.system.name", "server.address", "server.port"));

        var servers = Own().Where(span => span.Kind == ActivityKind.Server).ToList();
        Assert.Equal(2, servers.Count);
        var backSpan = servers.Single(span => span.ParentSpanId == client.SpanId);
        var frontSpan = servers.Single(span => span.SpanId == client.ParentSpanId);
        foreach (var (server, status) in new[] { (backSpan, back), (frontSpan, front) })
        {
            Assert.Equal(Method, server.DisplayName);
            Assert.Equal(serverError is null ? ActivityStatusCode.Unset : ActivityStatusCode.Error, server.Status);
            Assert.Equal(
                [("error.type", serverError), ("rpc.method", Method), ("rpc.status_code", status), ("rpc.system.name", "grpc")],
                Tags(server, "error.type", "rpc.method", "rpc.status_code", "rpc.system.name"));
        }

        var clientError = back == "OK" ? null : back;
        AssertPoint("rpc.client.call.duration", clientError, back, ("server.address", "memory:///back"));
        AssertPoint("rpc.server.call.duration", serverError, front);

        void AssertPoint(string name, string? error, string status, params (string, object?)[] others)
        {
            var metric = Assert.Single(metrics.Items, metric => metric.Name == name);
            Assert.Equal("s", metric.Unit);
            (string, object?)[] errors = error is null ? [] : [("error.type", error)];
            Assert.Equal(
                [.. errors, ("rpc.method", Method), ("rpc.status_code", status), ("rpc.system.name", "grpc"), .. others],
                OnlyPointOf(metric));
        }

        List<Activity> Own() => [.. spans.Items.Where(span => span.TraceId == trace.TraceId)];
    }

    [Fact]
    public async Task The_span_of_a_method_that_there_is_not_has_a_name_of_its_own_and_what_was_asked_for()
    {
        var spans = new Exported<Activity>();
        await using var server = await ProbeServer.StartAsync(services =>
        {
            services.AddServerInterceptors().AddStandard();
            services.AddOpenTelemetry().WithTracing(tracing => tracing
                .AddInterceptorsInstrumentation().AddProcessor(new SimpleActivityExportProcessor(spans)));
        });
        var unknown = new Method<ProbeRequest, ProbeResponse>(
            MethodType.Unary, "no.Such", "Method",
            Marshallers.Create(static (ProbeRequest message) => message.ToByteArray(), ProbeRequest.Parser.ParseFrom),
            Marshallers.Create(static (ProbeResponse message) => message.ToByteArray(), ProbeResponse.Parser.ParseFrom));
        using var trace = new Activity("test") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();

        await Assert.ThrowsAsync<RpcException>(() => server.Channel.CreateCallInvoker()
            .AsyncUnaryCall(unknown, null, new CallOptions(), new ProbeRequest()).ResponseAsync);
        await Eventually.True(
            () => spans.Items.Any(span => span.TraceId == trace.TraceId && span.Kind == ActivityKind.Server), "the server's span ends");

        var span = spans.Items.Single(span => span.TraceId == trace.TraceId && span.Kind == ActivityKind.Server);
        Assert.Equal(("grpc", ActivityStatusCode.Error), (span.DisplayName, span.Status));
        Assert.Equal(
            [
                ("error.type", "UNIMPLEMENTED"), ("rpc.method", "_OTHER"), ("rpc.method_original", "no.Such/Method"),
                ("rpc.status_code", "UNIMPLEMENTED"), ("rpc.system.name", "grpc"),
            ],
            Tags(span, "error.type", "rpc.method", "rpc.method_original", "rpc.status_code", "rpc.system.name"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_spans_of_a_plain_channel_name_its_server_at_each_attempt(CallKind kind)
    {
        var spans = new Exported<Activity>();
        await using var server = await ProbeServer.StartAsync();
        server.Observer.OnCall = static _ => throw new RpcException(new Status(StatusCode.Unavailable, "out of order"));
        var address = new Uri(server.Address);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddOpenTelemetry().WithTracing(tracing => tracing
            .AddInterceptorsInstrumentation().AddProcessor(new SimpleActivityExportProcessor(spans)));
        services.AddGrpcClient<Probe.ProbeClient>(o => o.Address = address)
            .AddStandardInterceptors()
            .AddResilience(static o => o.Retry = new RetryOptions
            {
                IdempotentMethods = { "*" },
                MaxAttempts = 2,
                BaseDelay = TimeSpan.FromMilliseconds(1),
            });
        await using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<TracerProvider>();
        using var trace = new Activity("test") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();

        var status = await new CallDriver(provider.GetRequiredService<Probe.ProbeClient>())
            .RunAsync(kind, CallEnd.Success, static () => Task.CompletedTask);

        Assert.Equal(StatusCode.Unavailable, status);
        var attempts = kind is CallKind.ClientStreaming or CallKind.Duplex ? 1 : 2;
        await Eventually.True(() => Clients().Count == attempts, "each attempt has a span");
        Assert.All(Clients(), span => Assert.Equal(
            (address.Host, address.Port), (span.GetTagItem("server.address"), span.GetTagItem("server.port"))));

        List<Activity> Clients() =>
            [.. spans.Items.Where(span => span.TraceId == trace.TraceId && span.OperationName == "Grpc.Net.Client.GrpcOut")];
    }

    [Fact]
    public async Task Each_duration_has_the_trace_of_a_call_as_its_exemplar()
    {
        var metrics = new Exported<Metric>();
        var registry = new InMemoryServiceRegistry();
        await using var server = await ProbeServer.StartAsync(services =>
        {
            services.AddServerInterceptors().AddStandard();
            services.AddInMemoryDiscovery(registry).AddDiscoveryClient<Probe.ProbeClient>("memory:///probe").AddStandardInterceptors();
            services.AddOpenTelemetry()
                .WithTracing(static tracing => tracing.AddInterceptorsInstrumentation())
                .WithMetrics(meters => meters.AddInterceptorsInstrumentation().SetExemplarFilter(ExemplarFilterType.TraceBased)
                    .AddReader(new BaseExportingMetricReader(metrics)));
        });
        registry.Register(new ServiceInstance("probe", new DiscoveryEndpoint("127.0.0.1", new Uri(server.Address).Port)));
        using var trace = new Activity("test") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();

        await server.Services.GetRequiredService<Probe.ProbeClient>().UnaryAsync(new ProbeRequest());
        await Eventually.True(
            () => TracesOf("rpc.client.call.duration").Contains(trace.TraceId)
                && TracesOf("rpc.server.call.duration").Contains(trace.TraceId),
            "both have it");

        List<ActivityTraceId> TracesOf(string name)
        {
            server.Services.GetRequiredService<MeterProvider>().ForceFlush();
            var traces = new List<ActivityTraceId>();
            foreach (var metric in metrics.Items.Where(metric => metric.Name == name).TakeLast(1))
            {
                foreach (ref readonly var point in metric.GetMetricPoints())
                {
                    if (!point.TryGetExemplars(out var exemplars))
                        continue;
                    foreach (ref readonly var exemplar in exemplars)
                        traces.Add(exemplar.TraceId);
                }
            }

            return traces;
        }
    }

    [Fact]
    public async Task All_instruments_of_a_package_have_one_version_and_the_schema_of_the_conventions()
    {
        var metrics = new Exported<Metric>();
        await using var server = await ProbeServer.StartAsync(services =>
        {
            services.AddServerInterceptors().AddStandard().AddLimits(o => o.Server = new() { MaxConcurrentCalls = 10 });
            services.AddInMemoryDiscovery().AddDiscoveryClient<Probe.ProbeClient>("memory:///none").AddStandardInterceptors()
                .AddResilience(o => o.UseRecommended("*"));
            services.AddOpenTelemetry()
                .WithMetrics(meters => meters.AddInterceptorsInstrumentation().AddReader(new BaseExportingMetricReader(metrics)));
        });
        await server.Client().UnaryAsync(new ProbeRequest());
        await Assert.ThrowsAsync<RpcException>(() => server.Services.GetRequiredService<Probe.ProbeClient>()
            .UnaryAsync(new ProbeRequest(), deadline: DateTime.UtcNow.AddMilliseconds(200)).ResponseAsync);
        server.Services.GetRequiredService<MeterProvider>().ForceFlush();

        Assert.Equal(3, metrics.Items.Select(metric => metric.MeterName).Distinct().Count());
        Assert.Single(metrics.Items.Select(metric => metric.MeterVersion).Distinct(), version => version.Length > 0);
    }

    private static (string, string?)[] Tags(Activity span, params string[] names) =>
        [.. names.Select(name => (name, span.GetTagItem(name)?.ToString()))];

    private static (string, object?)[] OnlyPointOf(Metric metric)
    {
        var points = new List<(string, object?)[]>();
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var tags = new List<(string, object?)>();
            foreach (var tag in point.Tags)
                tags.Add((tag.Key, tag.Value));
            points.Add([.. tags.OrderBy(static tag => tag.Item1, StringComparer.Ordinal)]);
        }

        return Assert.Single(points);
    }
}
