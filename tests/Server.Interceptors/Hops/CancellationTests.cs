using System.Net;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Client;
using Interceptors.Propagation;
using Interceptors.Testing;
using Microsoft.AspNetCore.Builder;

namespace Interceptors.Server.Tests;

/// <summary>When a caller goes away, what is done for it stops, however many servers down.</summary>
public sealed class CancellationTests
{
    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    [Trait("case", "interceptors 3")]
    public async Task It_crosses_three_hops_with_all_kinds_of_call(CallKind kind)
    {
        await using var chain = await HopChain.StartAsync(4, kind);
        chain.Last.Observer.OnCall = static context => Task.Delay(Timeout.Infinite, context.CancellationToken);
        using var cancellation = new CancellationTokenSource();

        var calling = chain.First.Client().UnaryAsync(new ProbeRequest(), cancellationToken: cancellation.Token);
        await Running(chain.Last);
        await cancellation.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => calling.ResponseAsync)).StatusCode);
        await Eventually.True(() => chain.Servers.All(static server => server.Observer.Running == 0), "all handlers end");
        Assert.DoesNotContain(chain.Servers.SelectMany(static server => server.Logs.Named("HandlerFailed")), static _ => true);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [Trait("case", "interceptors 3")]
    public async Task It_comes_beside_a_token_of_the_handlers_own(bool passesTheCalls, bool streams)
    {
        using var own = new CancellationTokenSource();
        await using var chain = await HopChain.StartAsync(2, calls: async (client, context) =>
        {
            var token = passesTheCalls ? context.CancellationToken : own.Token;
            if (!streams)
            {
                await client.UnaryAsync(new ProbeRequest(), cancellationToken: token);
                return;
            }
            using var call = client.ServerStream(new ProbeRequest { Ending = Ending.Hang }, cancellationToken: token);
            await call.ResponseStream.MoveNext(default);
        });
        chain.Last.Observer.OnCall = static context => Task.Delay(Timeout.Infinite, context.CancellationToken);
        using var cancellation = new CancellationTokenSource();

        var calling = chain.First.Client().UnaryAsync(new ProbeRequest(), cancellationToken: cancellation.Token);
        await Running(chain.Last);
        await cancellation.CancelAsync();

        await Assert.ThrowsAsync<RpcException>(() => calling.ResponseAsync);
        await Eventually.True(() => chain.Last.Observer.Running == 0, "the handler ends");
    }

    [Fact]
    [Trait("case", "interceptors 3")]
    public async Task A_token_of_the_handlers_own_still_works()
    {
        using var own = new CancellationTokenSource();
        await using var chain = await HopChain.StartAsync(2, calls: async (client, _) =>
        {
            var failure = await Assert.ThrowsAsync<RpcException>(
                () => client.UnaryAsync(new ProbeRequest(), cancellationToken: own.Token).ResponseAsync);
            Assert.Equal(StatusCode.Cancelled, failure.StatusCode);
        });
        chain.Last.Observer.OnCall = static context => Task.Delay(Timeout.Infinite, context.CancellationToken);

        var calling = chain.First.Client().UnaryAsync(new ProbeRequest());
        await Running(chain.Last);
        await own.CancelAsync();

        await calling;
    }

    [Theory]
    [InlineData("for the client")]
    [InlineData("for the call")]
    [Trait("case", "interceptors 3")]
    public async Task Work_beyond_the_call_opts_out(string way)
    {
        var inner = new TaskCompletionSource<ProbeResponse>();
        var release = new TaskCompletionSource();
        var gone = new TaskCompletionSource();
        await using var chain = await HopChain.StartAsync(
            2,
            calls: async (client, context) =>
            {
                context.CancellationToken.Register(gone.SetResult);
                AsyncUnaryCall<ProbeResponse> call;
                using (way == "for the call" ? IncomingCall.Detach() : null)
                    call = client.UnaryAsync(new ProbeRequest { Text = "audit" });
                inner.SetResult(await call);
            },
            configure: options => options.Deadline = deadline => deadline.CancelWithIncomingCall = way != "for the client");
        chain.Last.Observer.OnCall = _ => release.Task;
        using var cancellation = new CancellationTokenSource();

        var calling = chain.First.Client().UnaryAsync(
            new ProbeRequest(), new Metadata { { "x-trace-id", "t-7" } }, cancellationToken: cancellation.Token);
        await Running(chain.Last);
        await cancellation.CancelAsync();
        await gone.Task;
        release.SetResult();

        Assert.Equal("audit", (await inner.Task).Text);
        Assert.Contains((await inner.Task).Headers, static header => header.Key == "x-trace-id" && header.Value.ToStringUtf8() == "t-7");
        await Assert.ThrowsAsync<RpcException>(() => calling.ResponseAsync);
    }

    [Fact]
    [Trait("case", "interceptors 3")]
    public async Task Work_that_outlives_its_handler_is_not_cancelled_by_another_request()
    {
        var late = new TaskCompletionSource<AsyncUnaryCall<ProbeResponse>>();
        var release = new TaskCompletionSource();
        await using var chain = await HopChain.StartAsync(2, calls: (client, _) =>
        {
            if (late.Task.IsCompleted)
                return Task.Delay(Timeout.Infinite, _.CancellationToken);
            late.SetResult(client.UnaryAsync(new ProbeRequest { Text = "late" }));
            return Task.CompletedTask;
        });
        chain.Last.Observer.OnCall = _ => release.Task;
        await chain.First.Client().UnaryAsync(new ProbeRequest());
        await Running(chain.Last);

        // The server uses the streams of its connection again, and the sources of their tokens.
        for (var i = 0; i < 20; i++)
        {
            using var cancellation = new CancellationTokenSource();
            var other = chain.First.Client().UnaryAsync(new ProbeRequest(), cancellationToken: cancellation.Token);
            await Running(chain.First);
            await cancellation.CancelAsync();
            await Assert.ThrowsAsync<RpcException>(() => other.ResponseAsync);
            await Eventually.True(() => chain.First.Observer.Running == 0, "the handler ends");
        }
        release.SetResult();

        Assert.Equal("late", (await (await late.Task)).Text);
    }

    [Fact]
    [Trait("case", "interceptors 3")]
    public async Task It_comes_from_an_http_request_as_well()
    {
        await using var back = await ProbeServer.StartAsync();
        back.Observer.OnCall = static context => Task.Delay(Timeout.Infinite, context.CancellationToken);
        var client = back.Client(channel => channel.Intercept(ClientInterceptors.Standard()));
        await using var front = await ProbeServer.StartAsync(map: app =>
        {
            app.Use(static async (context, next) =>
            {
                using var call = IncomingCall.Begin(context.RequestAborted);
                await next(context);
            });
            app.MapGet("/plain", async () => (await client.UnaryAsync(new ProbeRequest())).Text);
        });
        using var http = new HttpClient();
        using var cancellation = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Get, front.Address + "/plain")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        var sending = http.SendAsync(request, cancellation.Token);
        await Running(back);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        await Eventually.True(() => back.Observer.Running == 0, "the handler ends");
    }

    [Fact]
    [Trait("case", "interceptors 3")]
    public async Task It_comes_from_background_work_as_well()
    {
        await using var back = await ProbeServer.StartAsync();
        back.Observer.OnCall = static context => Task.Delay(Timeout.Infinite, context.CancellationToken);
        var client = back.Client(channel => channel.Intercept(ClientInterceptors.Standard()));
        using var stopping = new CancellationTokenSource();

        var working = WorkAsync();
        await Running(back);
        await stopping.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => working)).StatusCode);

        async Task WorkAsync()
        {
            using var call = IncomingCall.Begin(stopping.Token);
            await client.UnaryAsync(new ProbeRequest());
        }
    }

    private static Task Running(ProbeServer server) => Eventually.True(() => server.Observer.Running > 0, "the handler runs");
}
