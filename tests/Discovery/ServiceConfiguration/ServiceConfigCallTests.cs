using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

public sealed class ServiceConfigCallTests : IAsyncLifetime
{
    private Backend _backend = null!;

    public async ValueTask InitializeAsync() => _backend = await Backend.StartAsync();

    public ValueTask DisposeAsync() => _backend.DisposeAsync();

    [Theory]
    [InlineData(null, 600)]
    [InlineData(100, 100)]
    [InlineData(9000, 600)]
    public async Task The_earlier_of_timeout_and_callers_deadline_holds(int? callers, int expected)
    {
        using var channel = Configured.Open(_backend, Configured.Methods("\"timeout\":\"600s\""));
        var options = new CallOptions(deadline: callers is { } seconds ? DateTime.UtcNow.AddSeconds(seconds) : null);

        Assert.InRange((await _backend.DeadlineAsync(channel, options))!.Value, expected - 60, expected + 1);
    }

    [Fact]
    public async Task Timeout_replaces_a_deadline_that_is_never()
    {
        using var channel = Configured.Open(_backend, Configured.Methods("\"timeout\":\"600s\""));

        Assert.NotNull(await _backend.DeadlineAsync(channel, new CallOptions(deadline: DateTime.MaxValue)));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"methodConfig":[{"name":[{"service":"other"}],"timeout":"1s"}]}""")]
    [InlineData("""{"methodConfig":[{"name":[],"timeout":"1s"}]}""")]
    [InlineData("""{"methodConfig":[{"name":[{}],"timeout":"300000000000s"}]}""")]
    public async Task A_call_that_no_timeout_reaches_has_no_deadline(string json)
    {
        using var channel = Configured.Open(_backend, json);

        Assert.Null(await _backend.DeadlineAsync(channel));
    }

    [Theory]
    [InlineData("""{"service":"interceptors.testing.Probe","method":"Unary"}""", 100)]
    [InlineData("""{"service":"interceptors.testing.Probe"}""", 200)]
    [InlineData("""{}""", 300)]
    public async Task The_most_specific_name_that_is_there_counts_and_no_other(string least, int expected)
    {
        string[] names = [
            """{"service":"interceptors.testing.Probe","method":"Unary"}""", """{"service":"interceptors.testing.Probe"}""", "{}"];
        var entries = names.Select((name, i) => $$"""{"name":[{{name}}],"timeout":"{{(i + 1) * 100}}s"}""")
            .Skip(Array.IndexOf(names, least));
        using var channel = Configured.Open(_backend, $$"""{"methodConfig":[{{string.Join(',', entries.Reverse())}}]}""");

        Assert.InRange((await _backend.DeadlineAsync(channel))!.Value, expected - 60, expected + 1);
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task Timeout_ends_a_call_of_any_kind(CallKind kind)
    {
        using var channel = Configured.Open(_backend, Configured.Methods("\"timeout\":\"0.5s\""));
        var error = await Assert.ThrowsAsync<RpcException>(() => channel.CallAsync(kind, new ProbeRequest { Ending = Ending.Hang }));

        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
    }

    [Fact]
    public async Task A_call_waits_for_a_server_if_the_config_says_so_and_fails_at_once_if_nobody_does()
    {
        var address = _backend.Address;
        await _backend.DisposeAsync();
        using var waiting = Configured.Open(address, new ServiceConfigOptions { Json = Configured.Methods("\"waitForReady\":true") });
        using var failing = Configured.Open(address, new ServiceConfigOptions { Json = Configured.Methods("\"waitForReady\":false") });

        var error = await Assert.ThrowsAsync<RpcException>(() => failing.Client().UnaryAsync(new ProbeRequest()).ResponseAsync);
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        var calls = new[]
        {
            waiting.Client().UnaryAsync(new ProbeRequest()).ResponseAsync,
            failing.Client().UnaryAsync(new ProbeRequest(), new CallOptions().WithWaitForReady()).ResponseAsync,
        };
        await Eventually.True(() => waiting.State == ConnectivityState.TransientFailure, "the channel has tried to connect");
        Assert.All(calls, call => Assert.False(call.IsCompleted));

        await using var back = await Backend.StartAsync(port: new Uri($"http://{address}").Port);
        await Task.WhenAll(calls).WaitAsync(Watching.Bound);
    }

    [Fact]
    public async Task A_failed_call_is_repeated_as_often_as_the_config_says()
    {
        using var twice = Configured.Open(_backend, Configured.Retries(2));
        using var four = Configured.Open(_backend, Configured.Retries(4));
        using var many = Configured.Open(_backend, Configured.Retries(99));
        using var never = Configured.Open(_backend, "{}");

        Assert.Equal(2, await _backend.AttemptsAsync(twice));
        Assert.Equal(4, await _backend.AttemptsAsync(four));
        Assert.Equal(5, await _backend.AttemptsAsync(many));
        Assert.Equal(1, await _backend.AttemptsAsync(never));
    }

    [Fact]
    public async Task A_status_that_is_not_listed_is_not_repeated()
    {
        using var channel = Configured.Open(_backend, Configured.Retries(4).Replace("NOT_FOUND", "UNAVAILABLE", StringComparison.Ordinal));

        Assert.Equal(1, await _backend.AttemptsAsync(channel));
    }

    [Fact]
    public async Task An_entry_without_retries_takes_its_method_out_of_those_of_the_service()
    {
        var entry = $$"""{"name":[{"service":"{{Configured.Service}}","method":"Unary"}],"timeout":"600s"}""";
        using var channel = Configured.Open(_backend, Configured.Retries(4).Replace(
            "\"methodConfig\":[", $"\"methodConfig\":[{entry},", StringComparison.Ordinal));

        Assert.Equal(1, await _backend.AttemptsAsync(channel));
    }

    [Theory]
    [InlineData("\"0.01s\"")]
    [InlineData("\"300000000000s\"")]
    public async Task Retries_work_with_any_longest_pause(string longest)
    {
        using var channel = Configured.Open(
            _backend, Configured.Retries(3).Replace("\"maxBackoff\":\"0.001s\"", $"\"maxBackoff\":{longest}", StringComparison.Ordinal));

        Assert.Equal(3, await _backend.AttemptsAsync(channel));
    }

    [Fact]
    public async Task Hedged_attempts_run_beside_each_other()
    {
        using var channel = Configured.Open(_backend, Configured.Methods("\"hedgingPolicy\":{\"maxAttempts\":3,\"hedgingDelay\":\"0s\"}"));
        var all = new TaskCompletionSource();
        var running = 0;
        _backend.Observer.OnCall = context =>
        {
            if (Interlocked.Increment(ref running) == 3)
                all.SetResult();
            // None answers before all three are there.
            return all.Task.WaitAsync(context.CancellationToken);
        };

        await channel.Client().UnaryAsync(new ProbeRequest()).ResponseAsync.WaitAsync(Watching.Bound);
        Assert.Equal(3, running);
    }

    [Fact]
    public async Task A_hedged_call_outlives_the_failures_that_are_not_fatal()
    {
        using var channel = Configured.Open(
            _backend,
            Configured.Methods("\"hedgingPolicy\":{\"maxAttempts\":3,\"hedgingDelay\":\"600s\",\"nonFatalStatusCodes\":[\"ABORTED\"]}"));
        var attempts = 0;
        _backend.Observer.OnCall = _ => Interlocked.Increment(ref attempts) < 3
            ? throw new RpcException(new Status(StatusCode.Aborted, ""))
            : Task.CompletedTask;

        await channel.Client().UnaryAsync(new ProbeRequest()).ResponseAsync.WaitAsync(Watching.Bound);
        Assert.Equal(3, attempts);
    }

    [Fact]
    public async Task Throttling_ends_the_repeating_once_half_of_the_tokens_are_gone()
    {
        var json = Configured.Retries(5)[..^1] + ""","retryThrottling":{"maxTokens":4,"tokenRatio":0.001}}""";
        using var channel = Configured.Open(_backend, json);

        // Each failed attempt takes one of four tokens, and repeating needs more than half of them.
        Assert.Equal(2, await _backend.AttemptsAsync(channel));
        Assert.Equal(1, await _backend.AttemptsAsync(channel));
    }

    [Theory]
    [InlineData("round_robin", true)]
    [InlineData("pick_first", false)]
    public async Task The_policy_of_the_config_balances(string policy, bool isSpread)
    {
        await using var second = await Backend.StartAsync();
        using var channel = Configured.Open(
            $"{_backend.Address},{second.Address}",
            new ServiceConfigOptions { Json = $$$"""{"loadBalancingConfig":[{"tomorrows":{}},{"{{{policy}}}":{}}]}""" });
        await channel.ConnectAsync(TestContext.Current.CancellationToken);
        if (isSpread)
            await Eventually.True(
                () => { channel.Client().Unary(new()); return second.Calls > 0 && _backend.Calls > 0; }, "both are called");
        else
            for (var i = 0; i < 30; i++)
                await channel.Client().UnaryAsync(new ProbeRequest());

        Assert.Equal(isSpread, second.Calls > 0 && _backend.Calls > 0);
    }

    [Theory]
    [InlineData("round_robin")]
    [InlineData("pick_first")]
    public async Task Calls_that_run_when_the_channel_is_disposed_are_cancelled(string policy)
    {
        var channel = Configured.Open(_backend, $$"""{"loadBalancingPolicy":"{{policy}}"}""");
        var call = channel.Client().UnaryAsync(new ProbeRequest { Ending = Ending.Hang });
        await Eventually.True(() => _backend.Calls == 1, "the call runs");
        channel.Dispose();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
    }
}
