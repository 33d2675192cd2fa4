using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Claims;
using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Server.Tests;

public sealed class VerifiedTokenCacheTests
{
    private readonly ManualTime _time = new();
    private readonly ConcurrentDictionary<string, int> _asked = new();
    private TimeSpan? _lifetime;

    [Fact]
    public async Task Unless_told_nothing_is_remembered()
    {
        await using var server = await StartAsync(size: 0);

        await server.PassesAsync(Tokens.Bearer("good-1"));
        await server.PassesAsync(Tokens.Bearer("good-1"));

        Assert.Equal(2, _asked["good-1"]);
    }

    [Fact]
    public async Task A_good_token_is_verified_once_within_the_time()
    {
        await using var server = await StartAsync(size: 10);
        await server.PassesAsync(Tokens.Bearer("good-1"));
        _time.Advance(TimeSpan.FromSeconds(59));
        await server.PassesAsync(Tokens.Bearer("good-1"));
        Assert.Equal(1, _asked["good-1"]);

        _time.Advance(TimeSpan.FromSeconds(1));
        await server.PassesAsync(Tokens.Bearer("good-1"));

        Assert.Equal(2, _asked["good-1"]);
    }

    [Fact]
    public async Task It_is_not_remembered_beyond_its_own_end()
    {
        _lifetime = TimeSpan.FromSeconds(10);
        await using var server = await StartAsync(size: 10);
        await server.PassesAsync(Tokens.Bearer("good-1"));

        _time.Advance(TimeSpan.FromSeconds(10));
        await server.PassesAsync(Tokens.Bearer("good-1"));

        Assert.Equal(2, _asked["good-1"]);
    }

    [Fact]
    public async Task A_bad_token_is_verified_every_time()
    {
        await using var server = await StartAsync(size: 10);

        await server.RefusedAsync(Tokens.Bearer("bad-1"));
        await server.RefusedAsync(Tokens.Bearer("bad-1"));

        Assert.Equal(2, _asked["bad-1"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task No_more_are_remembered_than_the_bound(int size)
    {
        await using var server = await StartAsync(size);
        for (var i = 0; i < 40; i++)
            await server.PassesAsync(Tokens.Bearer(Name(i)));

        // From the newest on: asking for one that is forgotten makes another one forgotten, but never one asked for since.
        for (var i = 39; i >= 0; i--)
            await server.PassesAsync(Tokens.Bearer(Name(i)));

        var remembered = Enumerable.Range(0, 40).Count(i => _asked[Name(i)] == 1);
        Assert.InRange(remembered, 1, size);
    }

    [Fact]
    public async Task What_is_in_use_stays_while_others_come_and_go()
    {
        await using var server = await StartAsync(size: 4);
        for (var i = 0; i < 40; i++)
        {
            await server.PassesAsync(Tokens.Bearer(Name(i)));
            await server.PassesAsync(Tokens.Bearer("good-always"));
        }

        Assert.Equal(1, _asked["good-always"]);
    }

    [Fact]
    public async Task Each_call_has_a_user_of_its_own()
    {
        var admins = new List<bool>();
        await using var server = await StartAsync(size: 10);
        server.Observer.OnCall = context =>
        {
            var user = context.GetUser();
            admins.Add(user.IsInRole("admin"));
            ((ClaimsIdentity)user.Identity!).AddClaim(new Claim(ClaimTypes.Role, "admin"));
            return Task.CompletedTask;
        };

        for (var i = 0; i < 3; i++)
            await server.PassesAsync(Tokens.Bearer("good-1"));

        Assert.Equal([false, false, false], admins);
        Assert.Equal(1, _asked["good-1"]);
    }

    private static string Name(int i) => "good-" + i.ToString(CultureInfo.InvariantCulture);

    private Task<ProbeServer> StartAsync(int size) => ProbeServer.StartAsync(services => services
        .AddSingleton<TimeProvider>(_time)
        .AddServerInterceptors()
        .AddTokenAuthentication(TokenVerifiers.Delegate(Verify), options => options.CacheSize = size));

    private ValueTask<TokenVerification> Verify(string token, ServerCallContext context, CancellationToken cancellationToken)
    {
        _asked.AddOrUpdate(token, 1, static (_, count) => count + 1);
        return new(token.StartsWith("good-", StringComparison.Ordinal)
            ? TokenVerification.Accept(Tokens.User(token), _lifetime is { } lifetime ? _time.GetUtcNow() + lifetime : null)
            : TokenVerification.Refuse("unknown"));
    }
}
