using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Discovery.Tests;

/// <summary>
/// Calls of a channel whose resolver has not said anything yet. The time that it may take is far longer than any test, so that a call
/// which ends at all ends by itself.
/// </summary>
public sealed class FirstAnswerTests : IAsyncLifetime
{
    private readonly ScriptedSource _source = new();
    private readonly ServiceProvider _services;
    private readonly DiscoveryChannel _channel;
    private readonly Probe.ProbeClient _client;

    public FirstAnswerTests()
    {
        _services = new ServiceCollection()
            .AddKeyedSingleton<IEndpointSource>("memory://", _source)
            .AddInMemoryDiscovery()
            .Configure<DiscoveryChannelOptions>(o => o.Resolution.FirstAnswerTimeout = TimeSpan.FromMinutes(5))
            .BuildServiceProvider();
        _channel = _services.GetRequiredService<DiscoveryChannelFactory>().CreateChannel("memory:///user");
        _client = new Probe.ProbeClient(_channel);
    }

    public static TheoryData<CallKind> Kinds => [.. Enum.GetValues<CallKind>()];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_deadline_ends_the_waiting(CallKind kind) =>
        Assert.Equal(StatusCode.DeadlineExceeded, await EndOf(CallAsync(_client, kind, Within(300))));

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_deadline_that_has_passed_already_ends_it_too(CallKind kind) =>
        Assert.Equal(StatusCode.DeadlineExceeded, await EndOf(CallAsync(_client, kind, Within(-1000))));

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_cancellation_ends_the_waiting(CallKind kind)
    {
        using var cancellation = new CancellationTokenSource();
        var call = CallAsync(_client, kind, new CallOptions(cancellationToken: cancellation.Token));
        await Eventually.True(() => _source.Readers == 1, "the call has made the channel ask");
        await cancellation.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, await EndOf(call));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_call_that_waits_for_ready_has_its_deadline_all_the_same(CallKind kind) =>
        Assert.Equal(StatusCode.DeadlineExceeded, await EndOf(CallAsync(_client, kind, Within(300).WithWaitForReady())));

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_call_is_made_when_the_answer_comes(CallKind kind)
    {
        await using var backend = await Backend.StartAsync();
        var calls = Enumerable.Range(0, 5).Select(_ => CallAsync(_client, kind, Within(60_000))).ToList();
        await Eventually.True(() => _source.Readers == 1, "the calls have made the channel ask");
        Assert.DoesNotContain(calls, call => call.IsCompleted);
        _source.Publish(backend.Address);

        foreach (var call in calls)
            await call.WaitAsync(Watching.Bound);
        Assert.Equal(5, backend.Calls);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_call_fails_as_any_other_when_the_answer_is_that_there_is_nobody(CallKind kind)
    {
        var call = CallAsync(_client, kind, Within(60_000));
        await Eventually.True(() => _source.Readers == 1, "the call has made the channel ask");
        _source.Publish();

        Assert.Equal(StatusCode.Unavailable, await EndOf(call));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Closing_the_channel_ends_the_waiting(CallKind kind)
    {
        var call = CallAsync(_client, kind, default);
        await Eventually.True(() => _source.Readers == 1, "the call has made the channel ask");
        _channel.Dispose();

        if (kind == CallKind.BlockingUnary)
            await Assert.ThrowsAnyAsync<Exception>(() => call.WaitAsync(Watching.Bound));
        else
            Assert.Equal(StatusCode.Cancelled, await EndOf(call));
    }

    [Fact]
    public async Task Disposing_a_call_ends_its_waiting()
    {
        var unary = _client.UnaryAsync(new ProbeRequest());
        var duplex = _client.Duplex();
        var reading = duplex.ResponseStream.MoveNext(default);
        var writing = duplex.RequestStream.WriteAsync(new ProbeRequest());
        unary.Dispose();
        duplex.Dispose();

        foreach (var part in new[] { unary.ResponseAsync, unary.ResponseHeadersAsync, reading, writing })
            Assert.Equal(StatusCode.Cancelled, await EndOf(part));
        Assert.Equal(StatusCode.Cancelled, unary.GetStatus().StatusCode);
        Assert.Throws<InvalidOperationException>(unary.GetTrailers);
    }

    [Fact]
    public async Task A_cancelled_read_ends_the_call()
    {
        using var call = _client.Duplex();
        using var cancellation = new CancellationTokenSource();
        var reading = call.ResponseStream.MoveNext(cancellation.Token);
        await cancellation.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, await EndOf(reading));
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task A_call_that_has_waited_has_its_headers_status_and_trailers()
    {
        await using var backend = await Backend.StartAsync();
        using var call = _client.UnaryAsync(new ProbeRequest { Text = "hi" });
        Assert.Throws<InvalidOperationException>(() => call.GetStatus());
        var headers = call.ResponseHeadersAsync;
        _source.Publish(backend.Address);

        Assert.Equal("hi", (await call.ResponseAsync.WaitAsync(Watching.Bound)).Text);
        Assert.NotEmpty(await headers);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.Empty(call.GetTrailers());
    }

    [Fact]
    public async Task Metadata_goes_out_as_it_was_when_the_call_was_made()
    {
        await using var backend = await Backend.StartAsync();
        string? seen = null;
        backend.Observer.OnCall = context =>
        {
            seen = context.RequestHeaders.GetValue("who");
            return Task.CompletedTask;
        };
        var metadata = new Metadata { { "who", "first" } };
        var call = _client.UnaryAsync(new ProbeRequest(), metadata);
        metadata.Clear();
        metadata.Add("who", "second");
        _source.Publish(backend.Address);

        await call.ResponseAsync.WaitAsync(Watching.Bound);
        Assert.Equal("first", seen);
    }

    [Fact]
    public void A_deadline_in_local_time_is_refused_at_once() =>
        Assert.Throws<InvalidOperationException>(() => _client.UnaryAsync(new ProbeRequest(), deadline: DateTime.Now.AddMinutes(1)));

    private static CallOptions Within(int milliseconds) => new(deadline: DateTime.UtcNow.AddMilliseconds(milliseconds));

    private static async Task<StatusCode> EndOf(Task call) =>
        (await Assert.ThrowsAsync<RpcException>(() => call.WaitAsync(Watching.Bound))).StatusCode;

    private static Task CallAsync(Probe.ProbeClient client, CallKind kind, CallOptions options) => kind switch
    {
        CallKind.BlockingUnary => Task.Factory.StartNew(
            () => client.Unary(new ProbeRequest(), options), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default),
        CallKind.Unary => client.UnaryAsync(new ProbeRequest(), options).ResponseAsync,
        CallKind.ClientStreaming => UploadAsync(client, options),
        CallKind.ServerStreaming => client.ServerStream(new ProbeRequest { Responses = 2 }, options).ResponseStream.MoveNext(default),
        _ => TalkAsync(client, options),
    };

    private static async Task UploadAsync(Probe.ProbeClient client, CallOptions options)
    {
        using var call = client.ClientStream(options);
        await call.RequestStream.WriteAsync(new ProbeRequest());
        await call.RequestStream.CompleteAsync();
        await call.ResponseAsync;
    }

    private static async Task TalkAsync(Probe.ProbeClient client, CallOptions options)
    {
        using var call = client.Duplex(options);
        var reading = call.ResponseStream.MoveNext(default);
        await Task.WhenAll(reading, WriteAsync());

        async Task WriteAsync()
        {
            await call.RequestStream.WriteAsync(new ProbeRequest());
            await call.RequestStream.CompleteAsync();
        }
    }
}
