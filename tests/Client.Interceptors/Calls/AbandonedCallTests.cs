using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Testing;
using Microsoft.Extensions.Options;

namespace Interceptors.Client.Tests;

/// <summary>Calls whose callers drop all that they hold of them.</summary>
public sealed class AbandonedCallTests : IAsyncLifetime
{
    private const int Calls = 100;
    private static readonly ProbeRequest HangAfterOne = new() { Ending = Ending.Hang, Responses = 1 };

    private readonly RecordingInterceptor _recorder = new();
    private ProbeServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await ProbeServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(CallKind.ServerStreaming, false)]
    [InlineData(CallKind.Duplex, false)]
    [InlineData(CallKind.ClientStreaming, false)]
    [InlineData(CallKind.ServerStreaming, true)]
    [InlineData(CallKind.Duplex, true)]
    [InlineData(CallKind.ClientStreaming, true)]
    [Trait("case", "interceptors 39")]
    [Trait("case", "interceptors 40")]
    public async Task What_is_reported_as_ended_is_ended_on_the_server_too(CallKind kind, bool resilient)
    {
        var client = _server.Client(channel => channel.Intercept(
            resilient ? ClientInterceptors.Combine(_recorder, Limited(Calls)) : _recorder));

        await DropAsync(client, kind, Calls);

        await Collected(() => _recorder.Ended.Count == Calls && _server.Observer.Running == 0, "all handlers have ended");
        Assert.All(_recorder.Ended, static call => Assert.Equal(StatusCode.Cancelled, call.Status.StatusCode));
    }

    [Theory]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    [InlineData(CallKind.ClientStreaming)]
    [Trait("case", "interceptors 39")]
    [Trait("case", "interceptors 40")]
    public async Task The_places_of_a_limit_come_back(CallKind kind)
    {
        var client = _server.Client(channel => channel.Intercept(Limited(Calls)));

        await DropAsync(client, kind, Calls);

        await Collected(() => _server.Observer.Running == 0, "all handlers have ended");
        await Collected(
            () =>
            {
                using var next = client.ClientStream();
                using var other = client.ServerStream(HangAfterOne);
                using var both = client.Duplex();
                return !next.ResponseAsync.IsFaulted && !other.ResponseStream.MoveNext(default).IsFaulted
                    && !both.ResponseStream.MoveNext(default).IsFaulted;
            },
            "there is a place");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("case", "interceptors 40")]
    public async Task An_upload_whose_response_is_awaited_goes_on(bool resilient)
    {
        var client = _server.Client(channel => channel.Intercept(
            resilient ? ClientInterceptors.Combine(_recorder, Limited(1)) : _recorder));
        var release = new TaskCompletionSource();
        _server.Observer.OnCall = _ => release.Task;

        var response = await CompleteAsync(client);
        for (var i = 0; i < 5; i++)
            Collect();
        release.SetResult();

        Assert.Equal("complete", (await response.Task).Text);

        static async Task<(Task<ProbeResponse> Task, bool _)> CompleteAsync(Probe.ProbeClient client)
        {
            var call = client.ClientStream();
            await call.RequestStream.WriteAsync(new ProbeRequest { Text = "complete" });
            await call.RequestStream.CompleteAsync();
            return (call.ResponseAsync, true);
        }
    }

    [Fact]
    [Trait("case", "interceptors 40")]
    public async Task A_caller_who_keeps_only_the_request_stream_of_an_upload_has_not_abandoned_it()
    {
        var requests = _server.Client(channel => channel.Intercept(_recorder)).ClientStream().RequestStream;
        for (var i = 0; i < 3; i++)
        {
            Collect();
            await requests.WriteAsync(new ProbeRequest());
        }

        Assert.Empty(_recorder.Ended);
        await requests.CompleteAsync();
        await Eventually.True(() => _recorder.Ended.Count == 1, "the call ends");
        Assert.Equal(StatusCode.OK, _recorder.Ended.Single().Status.StatusCode);
    }

    /// <summary>Starts calls, keeps them until their handlers run, and drops them.</summary>
    private async Task DropAsync(Probe.ProbeClient client, CallKind kind, int count)
    {
        var calls = new List<object>();
        for (var i = 0; i < count; i++)
            calls.Add(await StartAsync(client, kind));
        await Eventually.True(() => _server.Observer.Running == count, "all handlers run");
        GC.KeepAlive(calls);
    }

    private static async Task<object> StartAsync(Probe.ProbeClient client, CallKind kind)
    {
        switch (kind)
        {
            case CallKind.ServerStreaming:
                var download = client.ServerStream(HangAfterOne);
                Assert.True(await download.ResponseStream.MoveNext(default));
                return download;
            case CallKind.ClientStreaming:
                var upload = client.ClientStream();
                await upload.RequestStream.WriteAsync(new ProbeRequest());
                return upload;
            default:
                var call = client.Duplex();
                await call.RequestStream.WriteAsync(HangAfterOne);
                Assert.True(await call.ResponseStream.MoveNext(default));
                return call;
        }
    }

    private static ResilienceInterceptor Limited(int calls) => new(Options.Create(new ResilienceOptions
    {
        Concurrency = new ConcurrencyLimitOptions { MaxCalls = calls },
    }));

    private static Task Collected(Func<bool> condition, string expectation) => Eventually.True(
        () =>
        {
            Collect();
            return condition();
        },
        expectation);

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
