using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using Interceptors.Propagation;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Client.Tests;

/// <summary>Fallback tokens on channels of all kinds.</summary>
public sealed class ChannelKindTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _received = new();
    private SecureProbeServer _server = null!;

    public static TheoryData<CallKind, int> KindsWithOneAndTwo { get; } =
        [.. from kind in Enum.GetValues<CallKind>() from count in Enumerable.Range(1, 2) select (kind, count)];

    public async ValueTask InitializeAsync()
    {
        _server = await SecureProbeServer.StartAsync();
        _server.Observer.OnCall = context =>
        {
            _received.Enqueue(string.Join('|', context.RequestHeaders.GetAll("authorization").Select(entry => entry.Value)));
            return Task.CompletedTask;
        };
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [MemberData(nameof(KindsWithOneAndTwo))]
    public async Task A_channel_that_says_it_has_call_credentials_of_its_own_sends_those_alone(CallKind kind, int credentials)
    {
        using var channel = _server.Open(options => options.Credentials = OwnCredentials(credentials));
        var driver = new CallDriver(new Probe.ProbeClient(channel.Intercept(new FallbackTokenInterceptor(
            TokenSources.Static("ours"), channel: new ChannelDescription(_server.Address, IsSecure: true, HasCallCredentials: true)))));

        for (var i = 0; i < 3; i++)
            Assert.Equal(StatusCode.OK, await driver.RunAsync(kind, CallEnd.Success, () => Task.CompletedTask));

        Assert.Equal(Enumerable.Repeat("Bearer channel", 3), _received);
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ServerStreaming)]
    public async Task Each_attempt_of_the_channels_own_retries_asks_for_the_token(CallKind kind)
    {
        using var channel = _server.Open(options => options.ServiceConfig = new ServiceConfig
        {
            MethodConfigs =
            {
                new MethodConfig
                {
                    Names = { MethodName.Default },
                    RetryPolicy = new RetryPolicy
                    {
                        MaxAttempts = 3,
                        InitialBackoff = TimeSpan.FromMilliseconds(1),
                        MaxBackoff = TimeSpan.FromMilliseconds(1),
                        BackoffMultiplier = 1,
                        RetryableStatusCodes = { StatusCode.Unavailable },
                    },
                },
            },
        });
        var note = _server.Observer.OnCall;
        _server.Observer.OnCall = async context =>
        {
            await note(context);
            if (_received.Count < 3)
                throw new RpcException(new Status(StatusCode.Unavailable, ""));
        };
        var tokens = new StubTokenSource();
        var driver = new CallDriver(new Probe.ProbeClient(channel.Intercept(new FallbackTokenInterceptor(tokens))));

        Assert.Equal(StatusCode.OK, await driver.RunAsync(kind, CallEnd.Success, () => Task.CompletedTask));

        Assert.Equal(Enumerable.Repeat("Bearer token-1", 3), _received);
        Assert.Equal(3, tokens.Asked.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Hedged_calls_carry_it_too(bool slow)
    {
        using var channel = _server.Open(options => options.ServiceConfig = new ServiceConfig
        {
            MethodConfigs =
            {
                new MethodConfig
                {
                    Names = { MethodName.Default },
                    HedgingPolicy = new HedgingPolicy { MaxAttempts = 3, HedgingDelay = TimeSpan.Zero },
                },
            },
        });
        var tokens = new StubTokenSource { Delay = slow ? static token => Task.Delay(20, token) : null };
        var client = new Probe.ProbeClient(channel.Intercept(new FallbackTokenInterceptor(tokens)));

        for (var i = 0; i < 10; i++)
            await client.UnaryAsync(new ProbeRequest());

        Assert.All(_received, value => Assert.Equal("Bearer token-1", value));
    }

    [Fact]
    public async Task A_resolved_channel_with_TLS_carries_it()
    {
        await using var services = new ServiceCollection()
            .AddSingleton<ResolverFactory>(
                new StaticResolverFactory(_ => [new BalancerAddress("localhost", new Uri(_server.Address).Port)]))
            .BuildServiceProvider();
        using var channel = GrpcChannel.ForAddress("static:///probe", new GrpcChannelOptions
        {
            Credentials = ChannelCredentials.SecureSsl,
            ServiceProvider = services,
            HttpHandler = _server.Handler(),
        });

        await new Probe.ProbeClient(
            channel.Intercept(new FallbackTokenInterceptor(TokenSources.Static("ours")))).UnaryAsync(new ProbeRequest());

        Assert.Equal(["Bearer ours"], _received);
    }

    [Fact]
    public void A_call_that_is_over_before_it_starts_is_not_taken_for_one_in_plain_text()
    {
        var client = _server.Client(channel => channel.Intercept(new FallbackTokenInterceptor(TokenSources.Static("ours"))));

        var cancelled = Assert.Throws<RpcException>(() => client.Unary(new ProbeRequest(), cancellationToken: new CancellationToken(true)));
        var late = Assert.Throws<RpcException>(() => client.Unary(new ProbeRequest(), deadline: DateTime.UtcNow.AddSeconds(-1)));

        Assert.Equal((StatusCode.Cancelled, StatusCode.DeadlineExceeded), (cancelled.StatusCode, late.StatusCode));
        client.Unary(new ProbeRequest());
        Assert.Equal(["Bearer ours"], _received);
    }

    private static ChannelCredentials OwnCredentials(int count)
    {
        var own = CallCredentials.FromInterceptor((_, metadata) =>
        {
            metadata.Add("authorization", "Bearer channel");
            return Task.CompletedTask;
        });
        var other = CallCredentials.FromInterceptor((_, metadata) =>
        {
            metadata.Add("x-other", "channel");
            return Task.CompletedTask;
        });
        return ChannelCredentials.Create(ChannelCredentials.SecureSsl, count == 1 ? own : CallCredentials.Compose(own, other));
    }
}
