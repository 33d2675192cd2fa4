using System.Globalization;
using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Server.Tests;

public sealed class CallerKeyTests
{
    private const string Planted = "planted-secret";

    private readonly ManualTime _clock = new();

    /// <summary>Keys as a delegate could make them from what callers send.</summary>
    public static TheoryData<string> OddKeys { get; } =
    [
        "", " ", "\t", "\n", "\r\n", "\0", "a\0b", "\u0001", "\u007f", "\u0085", "\u2028", "\ufeff", "\ufffd", "\ud800", "\udfff\ud800",
        "ä", "a\u0308", "ß", "İ", "日本語", "مرحبا", "\u202eabc", "👩‍👩‍👧‍👦", "👾",
        "A", "a", "null", "NULL", "undefined", "*", "%00", "%s%n",
            "{0}", "{Limit}",
        "$(id)", "../../etc/passwd", "'; DROP TABLE callers; --", "<script>", Planted, Repeated("x", 63), Repeated("x", 64),
            Repeated("x", 65),
        Repeated("x", 100_000), Repeated("日", 50_000), "https://example.org/?token=" + Planted, "ipv4:1.2.3.4:5", "::1", "0", "-1",
    ];

    [Theory]
    [MemberData(nameof(OddKeys))]
    public async Task Whatever_a_key_looks_like_it_is_one_caller_and_shown_nowhere(string key)
    {
        var current = key;
        await using var limited = await StartAsync(_ => current, 1);
        using (await limited.OccupyAsync())
        {
            var refused = await limited.RefusedAsync();
            Assert.Equal("The caller makes more calls than it may; try again later.", refused.Status.Detail);

            current = key + "other";
            await limited.Client().UnaryAsync(new ProbeRequest());
        }
        Assert.DoesNotContain(limited.Server.Logs.Lines, line => line.Message.Contains(Planted, StringComparison.Ordinal));
        Assert.All(
            limited.Refusals, refusal => Assert.Equal(["interceptors.limit", "rpc.method", "rpc.system.name"], refusal.Tags.Keys.Order()));
    }

    [Fact]
    public async Task Callers_without_a_key_count_as_one()
    {
        string?[] keys = [null, "", null];
        var calls = 0;
        await using var limited = await StartAsync(_ => keys[calls++], 1);
        using var hold = await limited.OccupyAsync();

        await limited.RefusedAsync();
        await limited.RefusedAsync();

        Assert.Equal(2, limited.Refusals.Count);
    }

    [Fact]
    public async Task A_key_that_cannot_be_told_breaks_no_call_and_is_logged_once_in_a_while()
    {
        await using var limited = await StartAsync(_ => throw new InvalidOperationException("boom"), 100);

        for (var call = 0; call < 20; call++)
            await limited.Client().UnaryAsync(new ProbeRequest());
        Assert.Equal(1, Assert.Single(limited.Server.Logs.Named("CallerKeyFailed")).Fields["Failed"]);
        _clock.Advance(TimeSpan.FromSeconds(10));
        await limited.Client().UnaryAsync(new ProbeRequest());

        Assert.Equal(20, limited.Server.Logs.Named("CallerKeyFailed")[1].Fields["Failed"]);
    }

    [Fact]
    public async Task Thousands_of_callers_are_no_more_than_may_be_told_apart()
    {
        var key = "busy";
        await using var limited = await StartAsync(_ => key, 1, maxCallers: 50);
        using var hold = await limited.OccupyAsync();
        for (var caller = 0; caller < 3000; caller++)
        {
            key = caller.ToString(CultureInfo.InvariantCulture);
            await limited.Client().UnaryAsync(new ProbeRequest());
        }

        // There is no room for either of these two: they count as one.
        key = "late";
        using var late = await limited.OccupyAsync();
        key = "later";
        await limited.RefusedAsync();
        // Who was there before keeps a limit of its own.
        key = "7";
        await limited.Client().UnaryAsync(new ProbeRequest());
        key = "busy";
        await limited.RefusedAsync();
    }

    [Fact]
    public async Task Idle_callers_are_forgotten_to_make_room_but_never_busy_ones()
    {
        var key = "busy";
        await using var limited = await StartAsync(_ => key, 1, maxCallers: 2);
        using var hold = await limited.OccupyAsync();
        key = "idle";
        await limited.Client().UnaryAsync(new ProbeRequest());
        _clock.Advance(TimeSpan.FromSeconds(10));

        key = "new";
        using var held = await limited.OccupyAsync();
        key = "newer";
        await limited.Client().UnaryAsync(new ProbeRequest());
        key = "busy";
        await limited.RefusedAsync();
    }

    [Fact]
    public async Task A_caller_that_has_used_up_its_rate_is_not_forgotten_before_it_would_have_it_back()
    {
        var key = "greedy";
        await using var limited = await LimitedServer.StartAsync(
            options =>
            {
                options.EachCaller = new CallLimit { CallsPerPeriod = 1, Period = TimeSpan.FromMinutes(1) };
                options.CallerKey = _ => key;
                options.MaxCallers = 2;
            },
            _clock);
        await limited.Client().UnaryAsync(new ProbeRequest());
        _clock.Advance(TimeSpan.FromSeconds(30));
        key = "other";
        await limited.Client().UnaryAsync(new ProbeRequest());
        key = "third";
        await limited.Client().UnaryAsync(new ProbeRequest());

        key = "greedy";
        Assert.Equal("30000", (await limited.RefusedAsync()).Trailers.GetValue("grpc-retry-pushback-ms"));
    }

    [Fact]
    public async Task The_ready_made_keys_tell_peers_principals_and_metadata()
    {
        var keys = new List<string?>();
        await using var server = await ProbeServer.StartAsync();
        server.Observer.OnCall = context =>
        {
            var http = context.GetHttpContext();
            keys.Add(CallerKeys.PeerAddress(context));
            keys.Add(CallerKeys.Metadata("x-tenant")(context));
            keys.Add(CallerKeys.PrincipalName(context));
            http.User = new(new System.Security.Claims.ClaimsIdentity([new(System.Security.Claims.ClaimTypes.Name, "ann")], "token"));
            keys.Add(CallerKeys.PrincipalName(context));
            foreach (var address in new[] { "::ffff:10.0.0.1", "2001:db8:1:2:3::4", "2001:db8:1:2:ffff::5", "2001:db8:1:3::4" })
            {
                http.Connection.RemoteIpAddress = System.Net.IPAddress.Parse(address);
                keys.Add(CallerKeys.PeerAddress(context));
            }
            http.Connection.RemoteIpAddress = null;
            keys.Add(CallerKeys.PeerAddress(context));
            return Task.CompletedTask;
        };

        await server.Client().UnaryAsync(new ProbeRequest(), new Metadata { { "x-tenant", "acme" } });

        Assert.Equal(
            ["127.0.0.1", "acme", null, "ann", "10.0.0.1", "20010DB800010002", "20010DB800010002", "20010DB800010003", null], keys);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x-tenant-bin")]
    public void A_metadata_key_whose_value_is_no_text_is_refused(string key) =>
        Assert.Equal("key", Assert.Throws<ArgumentException>(() => CallerKeys.Metadata(key)).ParamName);

    private static string Repeated(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private Task<LimitedServer> StartAsync(Func<ServerCallContext, string?> key, int places, int maxCallers = 10_000) =>
        LimitedServer.StartAsync(
        options =>
        {
            options.EachCaller = new CallLimit { MaxConcurrentCalls = places };
            options.CallerKey = key;
            options.MaxCallers = maxCallers;
        },
        _clock);
}
