using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Server.Tests;

/// <summary>Limits that need no user guard the verifier; those of users come after it.</summary>
public sealed class AdmissionLimitTests
{
    private int _asked;

    [Theory]
    [InlineData(true, 5)]
    [InlineData(false, 10)]
    [Trait("case", "security 5")]
    public async Task Random_tokens_are_verified_no_more_often_than_the_limits_allow(bool eachPeer, int asked)
    {
        await using var server = await StartAsync(options =>
        {
            options.Server = PerHour(10);
            options.EachCaller = PerHour(eachPeer ? 5 : 1000);
            options.CallerKey = eachPeer ? CallerKeys.PeerAddress : CallerKeys.PrincipalName;
        });

        var codes = new List<StatusCode>();
        for (var i = 0; i < 200; i++)
            codes.Add((await server.RefusedAsync(Tokens.Bearer($"random-{i}"))).StatusCode);

        Assert.Equal(asked, _asked);
        Assert.Equal(asked, codes.Count(static code => code == StatusCode.Unauthenticated));
        Assert.Equal(200 - asked, codes.Count(static code => code == StatusCode.ResourceExhausted));
    }

    [Theory]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    [Trait("case", "security 5")]
    public async Task Users_have_limits_of_their_own_after_it(CallKind kind)
    {
        await using var server = await StartAsync(options =>
        {
            options.EachCaller = PerHour(1);
            options.CallerKey = CallerKeys.PrincipalName;
        });

        await TwoHops.CallAsync(server.ClientWith("alice"), kind);
        await TwoHops.CallAsync(server.ClientWith("bob"), kind);

        var error = await Assert.ThrowsAsync<RpcException>(() => TwoHops.CallAsync(server.ClientWith("alice"), kind));
        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
        Assert.Equal(3, _asked);
    }

    [Fact]
    [Trait("case", "security 5")]
    public async Task A_method_is_limited_before_it_too_and_no_limit_counts_a_call_twice()
    {
        await using var server = await StartAsync(options =>
        {
            options.Server = PerHour(100);
            options.EachMethod = PerHour(2);
            options.EachCaller = PerHour(100);
            options.CallerKey = CallerKeys.PeerAddress;
        });

        await server.PassesAsync(Tokens.Bearer("alice"));
        await server.PassesAsync(Tokens.Bearer("alice"));

        Assert.Equal(StatusCode.ResourceExhausted, (await server.RefusedAsync(Tokens.Bearer("alice"))).StatusCode);
        Assert.Equal(2, _asked);
    }

    private static CallLimit PerHour(int calls) => new() { CallsPerPeriod = calls, Period = TimeSpan.FromHours(1) };

    private Task<ProbeServer> StartAsync(Action<LimitsOptions> limits) => ProbeServer.StartAsync(services => services
        .AddServerInterceptors()
        .AddStandard()
        .AddLimits(limits)
        .AddTokenAuthentication(TokenVerifiers.Delegate((token, _, _) =>
        {
            _asked++;
            return new(token.StartsWith("random", StringComparison.Ordinal)
                ? TokenVerification.Refuse("unknown")
                : TokenVerification.Accept(Tokens.User(token)));
        })));
}
