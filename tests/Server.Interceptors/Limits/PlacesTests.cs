using Google.Protobuf;
using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Interceptors.Server.Tests;

public sealed class PlacesTests
{
    private static readonly LimitOptions One = new() { MaxConcurrentCalls = 1 };

    [Theory]
    [ClassData(typeof(CallMatrix))]
    public async Task However_a_call_ends_it_gives_its_places_back(CallKind kind, CallEnd end)
    {
        // A caller that only drops its call never tells the server: here it tells it by the deadline.
        if (end == CallEnd.AbandonedForEver)
            end = CallEnd.AbandonedThenDeadline;
        await using var limited = await LimitedServer.StartAsync(options =>
        {
            options.Server = options.EachMethod = options.EachCaller = One;
            options.CallerKey = CallerKeys.PeerAddress;
        });

        var seen = await new CallDriver(limited.Client()).RunAsync(kind, end, async () =>
        {
            await Eventually.True(() => limited.Server.Observer.Running > 0, "the handler runs");
            Assert.Equal((1, 1, 1), (limited.Running("server"), limited.Running("method"), limited.Running("caller")));
        });

        Assert.Equal(CallDriver.Expected(end, exception: StatusCode.Internal), seen);
        await Eventually.True(() => limited.Running("server") == 0, "the server's place is free");
        await Eventually.True(() => limited.Running("method") == 0, "the method's place is free");
        await Eventually.True(() => limited.Running("caller") == 0, "the caller's place is free");
        Assert.Empty(limited.Refusals);
        await limited.Client().UnaryAsync(new ProbeRequest());
    }

    [Theory]
    [InlineData("server", "The server has as many calls as it takes on; try again later.")]
    [InlineData("method", "The method has as many calls as it takes on; try again later.")]
    [InlineData("caller", "The caller makes more calls than it may; try again later.")]
    public async Task A_refused_call_learns_whose_limit_it_was_and_when_to_come_again(string limit, string text)
    {
        await using var limited = await LimitedServer.StartAsync(options =>
        {
            options.Server = limit == "server" ? One : null;
            options.EachMethod = limit == "method" ? One : null;
            options.EachCaller = limit == "caller" ? One : null;
            options.CallerKey = CallerKeys.PeerAddress;
            options.RetryPushback = TimeSpan.FromMilliseconds(250);
        });
        using var hold = await limited.OccupyAsync();
        using var other = limited.Client().ServerStream(new ProbeRequest { Responses = 1 });

        var error = await Assert.ThrowsAsync<RpcException>(() => other.ResponseStream.MoveNext(default));

        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
        Assert.Equal(text, error.Status.Detail);
        Assert.Equal("250", error.Trailers.GetValue("grpc-retry-pushback-ms"));
        var tags = Assert.Single(limited.Refusals).Tags;
        Assert.Equal("grpc", tags["rpc.system.name"]);
        Assert.Equal("interceptors.testing.Probe/ServerStream", tags["rpc.method"]);
        Assert.Equal(limit, tags["interceptors.limit"]);
        Assert.Equal(1, limited.Server.Observer.Running);
    }

    [Fact]
    public async Task Without_a_pushback_a_refused_caller_is_told_no_time()
    {
        await using var limited = await LimitedServer.StartAsync(options => (options.Server, options.RetryPushback) = (One, null));
        using var hold = await limited.OccupyAsync();

        Assert.Null((await limited.RefusedAsync()).Trailers.GetValue("grpc-retry-pushback-ms"));
    }

    [Fact]
    public async Task Each_method_has_places_of_its_own()
    {
        await using var limited = await LimitedServer.StartAsync(options => options.EachMethod = One);
        using var hold = await limited.OccupyAsync();

        await limited.Client().UnaryAsync(new ProbeRequest());

        using var second = limited.Client().ServerStream(new ProbeRequest());
        Assert.Equal(
            StatusCode.ResourceExhausted,
            (await Assert.ThrowsAsync<RpcException>(() => second.ResponseStream.MoveNext(default))).StatusCode);
    }

    [Fact]
    public async Task A_method_that_is_named_has_its_own_limit_and_so_has_each_one_of_a_named_service()
    {
        await using var limited = await LimitedServer.StartAsync(options =>
        {
            options.Methods["interceptors.testing.Probe"] = One;
            options.Methods["/interceptors.testing.Probe/ServerStream"] = new LimitOptions { MaxConcurrentCalls = 2 };
        });
        using var first = await limited.OccupyAsync();
        using var second = await limited.OccupyAsync();

        using var third = limited.Client().ServerStream(new ProbeRequest());
        await Assert.ThrowsAsync<RpcException>(() => third.ResponseStream.MoveNext(default));
        await limited.Client().UnaryAsync(new ProbeRequest());
    }

    [Theory]
    [InlineData("interceptors.testing.Probe", "SERVERSTREAM")]
    [InlineData("Interceptors.Testing.PROBE", "ServerStream")]
    [InlineData("interceptors.testing.Probe", "ServerStream/")]
    public async Task A_method_under_another_spelling_that_routing_accepts_has_the_same_places(string service, string method)
    {
        await using var limited = await LimitedServer.StartAsync(options =>
            options.Methods["interceptors.testing.Probe/ServerStream"] = One);
        using var hold = await limited.OccupyAsync();
        var spelled = new Method<ProbeRequest, ProbeResponse>(
            MethodType.ServerStreaming, service, method,
            Marshallers.Create(static (ProbeRequest request) => request.ToByteArray(), ProbeRequest.Parser.ParseFrom),
            Marshallers.Create(static (ProbeResponse response) => response.ToByteArray(), ProbeResponse.Parser.ParseFrom));

        using var call = limited.Server.Channel.CreateCallInvoker().AsyncServerStreamingCall(spelled, null, default, new ProbeRequest());
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default));

        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
        Assert.Equal("interceptors.testing.Probe/ServerStream", Assert.Single(limited.Refusals).Tags["rpc.method"]);
    }

    [Fact]
    public async Task Each_caller_has_places_of_its_own()
    {
        await using var limited = await LimitedServer.StartAsync(options =>
            (options.EachCaller, options.CallerKey) = (One, CallerKeys.Metadata("x-tenant")));
        using var hold = await limited.OccupyAsync(new Metadata { { "x-tenant", "a" } });

        await limited.Client().UnaryAsync(new ProbeRequest(), new Metadata { { "x-tenant", "b" } });
        await limited.Client().UnaryAsync(new ProbeRequest());

        Assert.Equal(StatusCode.ResourceExhausted, (await limited.RefusedAsync(new Metadata { { "x-tenant", "a" } })).StatusCode);
    }

    [Fact]
    public async Task A_call_that_a_wider_limit_refuses_gives_back_the_places_of_the_narrower_ones()
    {
        await using var limited = await LimitedServer.StartAsync(options =>
        {
            options.Server = One;
            options.EachMethod = options.EachCaller = new LimitOptions { MaxConcurrentCalls = 5 };
            options.CallerKey = CallerKeys.PeerAddress;
        });
        using (await limited.OccupyAsync())
        {
            for (var i = 0; i < 20; i++)
                Assert.StartsWith("The server", (await limited.RefusedAsync()).Status.Detail, StringComparison.Ordinal);
            await Eventually.True(() => limited.Running("caller") == 1, "only the running call holds a place");
        }
    }

    [Theory]
    [InlineData("interceptors.testing.Probe")]
    [InlineData("interceptors.testing.Probe/Unary")]
    [InlineData("/interceptors.testing.Probe/Unary")]
    [InlineData("interceptors.*")]
    public async Task No_limit_holds_for_what_is_exempt(string exempt)
    {
        await using var limited = await LimitedServer.StartAsync(options =>
        {
            options.Server = One;
            options.Exempt.Add(exempt);
        });
        using var hold = await limited.OccupyAsync();

        await limited.Client().UnaryAsync(new ProbeRequest());
    }

    [Fact]
    public async Task A_place_is_kept_until_the_handler_has_really_ended_even_past_the_deadline()
    {
        var release = new TaskCompletionSource();
        await using var limited = await LimitedServer.StartAsync(options => options.Server = One);
        limited.Server.Observer.OnCall = _ => release.Task;

        var late = await Assert.ThrowsAsync<RpcException>(async () => await limited.Client().UnaryAsync(
            new ProbeRequest(), deadline: DateTime.UtcNow.AddSeconds(2)));
        Assert.Equal(StatusCode.DeadlineExceeded, late.StatusCode);
        await Eventually.True(() => limited.Running("server") == 1, "the handler still runs");
        Assert.Equal(StatusCode.ResourceExhausted, (await limited.RefusedAsync()).StatusCode);

        release.SetResult();
        await Eventually.True(() => limited.Running("server") == 0, "the place is free");
    }

    [Fact]
    public async Task It_works_alone_as_a_plain_interceptor()
    {
        var interceptor = new LimitsInterceptor(Options.Create(new LimitsOptions { Server = One }));
        await using var server = await ProbeServer.StartAsync(services => services
            .AddSingleton(interceptor)
            .AddGrpc(options => options.Interceptors.Add<LimitsInterceptor>()));
        using var hold = server.Client().ServerStream(new ProbeRequest { Ending = Ending.Hang });
        await Eventually.True(() => server.Observer.Running == 1, "the call runs");

        var error = await Assert.ThrowsAsync<RpcException>(async () => await server.Client().UnaryAsync(new ProbeRequest()));

        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
    }

    [Fact]
    public async Task Without_any_limit_every_call_passes()
    {
        await using var limited = await LimitedServer.StartAsync(static _ => { });

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => limited.Client().UnaryAsync(new ProbeRequest()).ResponseAsync));

        Assert.Empty(limited.Refusals);
    }

    [Fact]
    public async Task Under_load_no_more_calls_run_than_have_places_and_none_is_lost()
    {
        var running = 0;
        var most = 0;
        await using var limited = await LimitedServer.StartAsync(options =>
            options.Server = new LimitOptions { MaxConcurrentCalls = 4, QueueLength = 500 });
        limited.Server.Observer.OnCall = async _ =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref running));
            await Task.Yield();
            Interlocked.Decrement(ref running);
        };

        await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => limited.Client().UnaryAsync(new ProbeRequest()).ResponseAsync));

        Assert.InRange(most, 1, 4);
        await Eventually.True(() => limited.Running("server") == 0, "all places are free");
        Assert.Equal(0, limited.Queued("server"));
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }
}
