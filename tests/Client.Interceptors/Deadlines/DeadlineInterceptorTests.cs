using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Propagation;
using Interceptors.Testing;
using Microsoft.Extensions.Options;

namespace Interceptors.Client.Tests;

public sealed class DeadlineInterceptorTests : IAsyncLifetime
{
    private readonly SteppedTime _time = new();
    private ProbeServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await ProbeServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        IncomingCall.Current = null;
        await _server.DisposeAsync();
    }

    [Theory]
    [ClassData(typeof(OffAndOnMatrix))]
    public async Task Every_call_ends_as_it_would_without(CallKind kind, CallEnd end, bool on)
    {
        var options = new DeadlineOptions { Default = on ? TimeSpan.FromMinutes(5) : null, IncludeStreams = true };
        if (on)
            IncomingCall.Current = new IncomingCall([], "trace", DateTime.UtcNow.AddMinutes(10));
        var driver = new CallDriver(_server.Client(channel => channel.Intercept(new DeadlineInterceptor(Options.Create(options)))));

        var seen = await driver.RunAsync(kind, end, () => Eventually.True(() => _server.Observer.Running > 0, "the handler runs"));

        Assert.Equal(CallDriver.Expected(end), seen);
    }

    /// <summary>All in seconds from now; none where null.</summary>
    [Theory]
    [InlineData(null, null, null, null)]
    [InlineData(null, null, 30, 30)]
    [InlineData(null, 20, null, 20)]
    [InlineData(null, 20, 30, 20)]
    [InlineData(null, 40, 30, 30)]
    [InlineData(10, null, null, 10)]
    [InlineData(10, null, 5, 10)]
    [InlineData(10, 20, 5, 10)]
    [InlineData(10, 4, 5, 4)]
    [InlineData(10, 4, null, 4)]
    [InlineData(10, -3, 5, -3)]
    [InlineData(-1, 20, 30, -1)]
    public void The_deadline_is_the_callers_or_else_the_default_and_never_later_than_the_incoming_calls(
        int? callers, int? incoming, int? ownDefault, int? expected)
    {
        var options = new DeadlineOptions { Default = ownDefault is { } seconds ? TimeSpan.FromSeconds(seconds) : null };

        Assert.Equal(At(expected), Prepared(options, At(callers), At(incoming)));
    }

    [Fact]
    public void A_reserve_is_kept_back_of_the_incoming_calls_time()
    {
        var options = new DeadlineOptions { IncomingReserve = TimeSpan.FromSeconds(2) };

        Assert.Equal(At(8), Prepared(options, callers: null, incoming: At(10)));
        Assert.Equal(DateTime.UnixEpoch, Prepared(options, callers: null, incoming: DateTime.MinValue));
    }

    [Fact]
    public void The_incoming_call_bounds_nothing_when_told_so()
    {
        var options = new DeadlineOptions { CapByIncomingCall = false, Default = TimeSpan.FromSeconds(30) };

        Assert.Equal(At(30), Prepared(options, callers: null, incoming: At(10)));
    }

    [Fact]
    public void A_caller_who_waits_for_ever_gets_no_default_but_is_bounded()
    {
        var options = new DeadlineOptions { Default = TimeSpan.FromSeconds(30) };

        Assert.Equal(DateTime.MaxValue, Prepared(options, DateTime.MaxValue, incoming: null));
        Assert.Equal(DateTime.MaxValue, Prepared(options, DateTime.MaxValue, DateTime.MaxValue));
        Assert.Equal(At(10), Prepared(options, DateTime.MaxValue, At(10)));
    }

    [Theory]
    [InlineData("pkg.Users/Get", MethodType.Unary, 1)]
    [InlineData("pkg.Users/List", MethodType.Unary, 2)]
    [InlineData("pkg.Users/Watch", MethodType.ServerStreaming, null)]
    [InlineData("pkg.Users/Named", MethodType.DuplexStreaming, 4)]
    [InlineData("pkg.Users/Free", MethodType.Unary, null)]
    [InlineData("pkg.Other/Get", MethodType.Unary, 3)]
    [InlineData("pkg.Other/Send", MethodType.ClientStreaming, null)]
    public void The_more_specific_time_wins_and_streams_get_only_their_own(string method, MethodType type, int? expected)
    {
        Assert.Equal(At(expected), Prepared(PerMethod(), null, null, method, type));
    }

    [Theory]
    [InlineData("pkg.Users/Watch", MethodType.ServerStreaming, 2)]
    [InlineData("pkg.Other/Send", MethodType.ClientStreaming, 3)]
    public void Streams_get_the_others_too_when_asked_for(string method, MethodType type, int expected)
    {
        var options = PerMethod();
        options.IncludeStreams = true;

        Assert.Equal(At(expected), Prepared(options, null, null, method, type));
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task A_call_whose_time_is_gone_fails_without_being_sent(CallKind kind)
    {
        var arrived = 0;
        _server.Observer.OnCall = _ =>
        {
            Interlocked.Increment(ref arrived);
            return Task.CompletedTask;
        };
        IncomingCall.Current = new IncomingCall([], "trace", DateTime.UtcNow.AddSeconds(-1));
        var driver = new CallDriver(_server.Client(channel => channel.Intercept(new DeadlineInterceptor())));

        Assert.Equal(StatusCode.DeadlineExceeded, await driver.RunAsync(kind, CallEnd.Success, () => Task.CompletedTask));
        Assert.Equal(0, arrived);
    }

    [Fact]
    public void A_call_that_gets_no_deadline_keeps_its_options()
    {
        var interceptor = new DeadlineInterceptor();
        var spy = new DeadlineSpy();
        var headers = new Metadata();

        new Probe.ProbeClient(_server.Channel.Intercept(interceptor, spy)).Unary(new ProbeRequest(), headers);

        Assert.Null(spy.Options.Deadline);
        Assert.Same(headers, spy.Options.Headers);
    }

    private static DeadlineOptions PerMethod() => new()
    {
        Default = TimeSpan.FromSeconds(3),
        Methods =
        {
            ["pkg.Users/Get"] = TimeSpan.FromSeconds(1),
            ["/pkg.Users/Named"] = TimeSpan.FromSeconds(4),
            ["pkg.Users/Free"] = Timeout.InfiniteTimeSpan,
            ["pkg.Users"] = TimeSpan.FromSeconds(2),
        },
    };

    private DateTime? At(int? seconds) => seconds is { } count ? _time.GetUtcNow().UtcDateTime.AddSeconds(count) : null;

    private DateTime? Prepared(
        DeadlineOptions options, DateTime? callers, DateTime? incoming, string method = "pkg.Users/Get", MethodType type = MethodType.Unary)
    {
        IncomingCall.Current = new IncomingCall([], "trace", incoming);
        return DeadlineSpy.DeadlineOf(
            new DeadlineInterceptor(Options.Create(options), _time), method, type, new CallOptions(deadline: callers));
    }
}
