using System.Diagnostics;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Interceptors.Client;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server.Tests;

/// <summary>Metadata, log lines and Activities of a call say the same id.</summary>
public sealed class OneTraceIdTests
{
    [Theory]
    [InlineData(CallKind.BlockingUnary, false)]
    [InlineData(CallKind.Unary, false)]
    [InlineData(CallKind.ClientStreaming, false)]
    [InlineData(CallKind.ServerStreaming, false)]
    [InlineData(CallKind.Duplex, false)]
    [InlineData(CallKind.BlockingUnary, true)]
    [InlineData(CallKind.Unary, true)]
    [InlineData(CallKind.ClientStreaming, true)]
    [InlineData(CallKind.ServerStreaming, true)]
    [InlineData(CallKind.Duplex, true)]
    [Trait("case", "interceptors 4")]
    public async Task A_client_without_an_activity_and_its_server_have_one_id(CallKind kind, bool logs)
    {
        await using var server = await StartAsync();
        using var clientLogs = new LogCapture();
        using var channel = GrpcChannel.ForAddress(
            server.Address, new GrpcChannelOptions { LoggerFactory = logs ? clientLogs.Factory() : null });
        string? traceparent = null, traceId = null, activity = null;
        server.Observer.OnCall = context =>
        {
            traceparent = context.GetHttpContext().Request.Headers.TraceParent;
            traceId = Propagation.IncomingCall.Current?.TraceId;
            activity = Activity.Current?.TraceId.ToHexString();
            Log(server);
            return Task.CompletedTask;
        };

        Activity.Current = null;
        await new CallDriver(new Probe.ProbeClient(channel.Intercept(ClientInterceptors.Standard())))
            .RunAsync(kind, CallEnd.Success, () => Task.CompletedTask);

        Assert.Matches("^[0-9a-f]{32}$", traceId);
        Assert.Equal(traceId, activity);
        if (traceparent is not null)
            Assert.Contains(traceId!, traceparent, StringComparison.Ordinal);
        Assert.True(traceparent is not null || !logs);
        var line = Assert.Single(server.Logs.Lines, static line => line.Message == "in the handler");
        Assert.Equal(traceId, line.Scope["TraceId"]);
        Assert.False(line.Scope.ContainsKey("x-trace-id"));
    }

    [Fact]
    [Trait("case", "interceptors 4")]
    public async Task A_client_with_an_activity_and_all_servers_behind_have_its_id()
    {
        await using var chain = await HopChain.StartAsync(3);
        var seen = new List<string?>();
        foreach (var server in chain.Servers)
        {
            var calls = server.Observer.OnCall;
            server.Observer.OnCall = context =>
            {
                seen.Add(Propagation.IncomingCall.Current?.TraceId);
                seen.Add(Activity.Current?.TraceId.ToHexString());
                return calls(context);
            };
        }
        using var activity = new Activity("work").Start();

        await chain.First.Client(channel => channel.Intercept(ClientInterceptors.Standard())).UnaryAsync(new ProbeRequest());

        Assert.Equal(6, seen.Count);
        Assert.All(seen, id => Assert.Equal(activity.TraceId.ToHexString(), id));
    }

    [Fact]
    [Trait("case", "interceptors 4")]
    public async Task A_sampled_root_span_of_the_client_has_it_too_and_the_next_trace_another_one()
    {
        await using var server = await StartAsync();
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "Grpc.Net.Client",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (spans)
                    spans.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        Activity.Current = null;
        var client = server.Client(channel => channel.Intercept(ClientInterceptors.Standard()));

        var first = client.UnaryAsync(new ProbeRequest());
        var id = (await first.ResponseHeadersAsync).Single(static entry => entry.Key == "x-trace-id").Value;
        await first;
        using var after = new Activity("after").Start();

        await Eventually.True(() => Of(id) is not null, "the span has ended");
        Assert.Null(Of(id)!.ParentId);
        Assert.NotEqual(id, after.TraceId.ToHexString());

        Activity? Of(string id)
        {
            lock (spans)
                return spans.Find(span => span.TraceId.ToHexString() == id);
        }
    }

    [Fact]
    [Trait("case", "interceptors 4")]
    public async Task An_id_that_no_activity_can_have_keeps_its_own_scope()
    {
        await using var server = await StartAsync();
        server.Observer.OnCall = _ =>
        {
            Log(server);
            return Task.CompletedTask;
        };

        await server.Client().UnaryAsync(new ProbeRequest(), new Metadata { { "x-trace-id", "order-7" } });

        Assert.Equal("order-7", Assert.Single(server.Logs.Lines, static line => line.Message == "in the handler").Scope["x-trace-id"]);
    }

    [Fact]
    [Trait("case", "interceptors 4")]
    public async Task Without_activities_on_log_lines_the_scope_is_there()
    {
        await using var server = await StartAsync(services =>
            services.Configure<LoggerFactoryOptions>(static options => options.ActivityTrackingOptions = ActivityTrackingOptions.None));
        server.Observer.OnCall = _ =>
        {
            Log(server);
            return Task.CompletedTask;
        };
        var id = new string('a', 32);

        await server.Client().UnaryAsync(new ProbeRequest(), new Metadata { { "x-trace-id", id } });

        Assert.Equal(id, Assert.Single(server.Logs.Lines, static line => line.Message == "in the handler").Scope["x-trace-id"]);
    }

    private static Task<ProbeServer> StartAsync(Action<IServiceCollection>? configure = null) => ProbeServer.StartAsync(services =>
    {
        services.AddServerInterceptors().AddStandard(static o => o.TraceMetadata = static trace => trace.RepeatReceived = true);
        configure?.Invoke(services);
    });

    private static void Log(ProbeServer server) =>
        server.Services.GetRequiredService<ILogger<OneTraceIdTests>>().LogInformation("in the handler");
}
