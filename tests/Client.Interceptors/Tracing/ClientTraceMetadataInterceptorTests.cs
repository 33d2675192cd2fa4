using System.Diagnostics;
using System.Text;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Propagation;
using Interceptors.Testing;
using Microsoft.Extensions.Options;

namespace Interceptors.Client.Tests;

public sealed class ClientTraceMetadataInterceptorTests : IAsyncLifetime
{
    private ProbeServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await ProbeServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task Every_kind_of_call_carries_one_new_valid_trace_id(CallKind kind)
    {
        var received = new List<Metadata>();
        _server.Observer.OnCall = context =>
        {
            received.Add(context.RequestHeaders);
            return Task.CompletedTask;
        };

        await new CallDriver(Client()).RunAsync(kind, CallEnd.Success, () => Task.CompletedTask);

        var id = Assert.Single(Assert.Single(received).GetAll(TraceId.DefaultKey)).Value;
        Assert.Matches("^[0-9a-f]{32}$", id);
    }

    [Fact]
    public void What_the_caller_set_stays_if_it_is_valid() => Assert.Equal("mine", Sent(new Metadata { { "x-trace-id", "mine" } }));

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("semi;colon")]
    public void What_the_caller_set_is_replaced_if_it_is_not_valid(string id)
    {
        var headers = new Metadata { { "x-trace-id", id } };

        Assert.Matches("^[0-9a-f]{32}$", Sent(headers));
        Assert.Equal(id, headers.GetValue("x-trace-id"));
    }

    [Fact]
    public void Several_ids_of_the_caller_become_the_last_one() =>
        Assert.Equal("second", Sent(new Metadata { { "x-trace-id", "first" }, { "x-trace-id", "second" } }));

    [Fact]
    public void The_incoming_calls_id_is_taken_over()
    {
        IncomingCall.Current = new IncomingCall([], "incoming-1");
        Assert.Equal("incoming-1", Sent(null));
    }

    [Fact]
    public void Outside_of_an_incoming_call_the_activitys_id_is_taken()
    {
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        Assert.Equal(activity.TraceId.ToHexString(), Sent(null));
    }

    [Fact]
    public void Another_key_can_be_configured()
    {
        var response = Client(new TraceMetadataOptions { Key = "X-Correlation-Id" }).Unary(new ProbeRequest());

        Assert.Single(response.Headers, header => header.Key == "x-correlation-id");
        Assert.DoesNotContain(response.Headers, header => header.Key == "x-trace-id");
    }

    [Fact]
    public void Allowed_metadata_of_the_incoming_call_joins_and_nothing_else_does()
    {
        var incoming = new Metadata
        {
            { "x-md-global-tenant", "a" },
            { "x-md-global-tenant", "b" },
            { "x-md-global-raw-bin", [0, 255] },
            { "x-md-global-user", "theirs" },
            { "x-other", "no" },
            { "authorization", "Bearer secret" },
        };
        IncomingCall.Current = new IncomingCall(incoming, "t");

        var response = Client().Unary(new ProbeRequest(), new Metadata { { "x-md-global-user", "mine" } });

        // .NET's HTTP client sends several values of a key as one, separated by commas, in order.
        Assert.Equal(["a, b"], Values(response, "x-md-global-tenant"));
        Assert.Equal([0, 255], Assert.Single(response.Headers, header => header.Key == "x-md-global-raw-bin").Value.ToByteArray());
        Assert.Equal(["mine"], Values(response, "x-md-global-user"));
        Assert.DoesNotContain(response.Headers, header => header.Key is "x-other" or "authorization");
    }

    [Fact]
    public void What_the_caps_leave_out_is_reported_without_its_values()
    {
        using var logs = new LogCapture();
        IncomingCall.Current = new IncomingCall(
            new Metadata { { "x-md-global-a", "first-value" }, { "x-md-global-b", "second-value" } }, "t");
        var interceptor = new ClientTraceMetadataInterceptor(
            Options.Create(new TraceMetadataOptions { MaxJoinedEntries = 1 }),
            new Microsoft.Extensions.Logging.Logger<ClientTraceMetadataInterceptor>(logs.Factory()));

        var response = _server.Client(channel => channel.Intercept(interceptor)).Unary(new ProbeRequest());

        Assert.Equal(["first-value"], Values(response, "x-md-global-a"));
        Assert.Empty(Values(response, "x-md-global-b"));
        var line = Assert.Single(logs.Lines);
        Assert.Equal(1, line.Fields["Count"]);
        Assert.DoesNotContain("second-value", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("case", "interceptors 42")]
    public void A_thousand_calls_make_one_line_for_each_reason_and_interval()
    {
        using var logs = new LogCapture();
        using var meters = new MeterCapture("Interceptors.Client");
        var time = new ManualTime();
        IncomingCall.Current = new IncomingCall(
            new Metadata
            {
                { "x-md-global-a", "kept" }, { "x-md-global-b", "2" }, { "x-md-global-c", "3" }, { "x-md-global-d", "Zo\u00eb" },
            },
            "t");
        var interceptor = new ClientTraceMetadataInterceptor(
            Options.Create(new TraceMetadataOptions { MaxJoinedEntries = 1 }),
            new Microsoft.Extensions.Logging.Logger<ClientTraceMetadataInterceptor>(logs.Factory()), time, meters);
        var client = _server.Client(channel => channel.Intercept(interceptor));

        for (var i = 0; i < 1000; i++)
            client.Unary(new ProbeRequest());

        Assert.Equal(["JoinedMetadataLeftOut", "JoinedMetadataNotCarried"], logs.Lines.Select(static line => line.Event.Name));
        time.Advance(TimeSpan.FromSeconds(10));
        client.Unary(new ProbeRequest());
        Assert.Equal(2000, logs.Named("JoinedMetadataLeftOut")[1].Fields["Count"]);
        Assert.Equal(1000, logs.Named("JoinedMetadataNotCarried")[1].Fields["Count"]);
        Assert.Equal(2002, Counted("over_caps"));
        Assert.Equal(1001, Counted("not_carried"));

        double Counted(string reason) => meters.Of("interceptors.client.metadata.left_out")
            .Where(measurement => Equals(measurement.Tags["interceptors.left_out.reason"], reason))
            .Sum(static measurement => measurement.Value);
    }

    [Fact]
    [Trait("case", "interceptors 43")]
    public void Two_values_of_a_binary_key_do_not_fail_the_call()
    {
        using var meters = new MeterCapture("Interceptors.Client");
        IncomingCall.Current = new IncomingCall(
            new Metadata { { "x-md-global-raw-bin", [0, 255] }, { "x-md-global-raw-bin", [7] } }, "t");
        var interceptor = new ClientTraceMetadataInterceptor(meterFactory: meters);

        var response = _server.Client(channel => channel.Intercept(interceptor)).Unary(new ProbeRequest());

        Assert.Equal([0, 255], Assert.Single(response.Headers, static header => header.Key == "x-md-global-raw-bin").Value.ToByteArray());
        Assert.Equal("repeated_binary",
            Assert.Single(meters.Of("interceptors.client.metadata.left_out")).Tags["interceptors.left_out.reason"]);
    }

    [Fact]
    public async Task Concurrent_incoming_calls_do_not_leak_into_each_other()
    {
        var client = Client();
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            await Task.Yield();
            IncomingCall.Current = new IncomingCall(new Metadata { { "x-md-global-n", $"{i}" } }, $"trace-{i}");
            var response = await Task.Run(async () => await client.UnaryAsync(new ProbeRequest()));
            Assert.Equal([$"trace-{i}"], Values(response, "x-trace-id"));
            Assert.Equal([$"{i}"], Values(response, "x-md-global-n"));
        }));
        Assert.Null(IncomingCall.Current);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("x trace", "no legal metadata key")]
    [InlineData("x-trace-bin", "binary")]
    [InlineData("traceparent", "platform")]
    public void A_wrong_key_is_refused_with_its_name_and_the_fix(string key, string reason)
    {
        var error = Assert.Throws<ArgumentException>(
            () => new ClientTraceMetadataInterceptor(Options.Create(new TraceMetadataOptions { Key = key })));

        Assert.Contains("TraceMetadataOptions.Key", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains("x-trace-id", error.Message, StringComparison.Ordinal);
    }

    private Probe.ProbeClient Client(TraceMetadataOptions? options = null) =>
        _server.Client(channel => channel.Intercept(new ClientTraceMetadataInterceptor(options is null ? null : Options.Create(options))));

    private string Sent(Metadata? headers) => Assert.Single(Values(Client().Unary(new ProbeRequest(), headers), "x-trace-id"));

    private static string[] Values(ProbeResponse response, string key) =>
        [.. response.Headers.Where(header => header.Key == key).Select(header => Encoding.ASCII.GetString(header.Value.Span))];
}
