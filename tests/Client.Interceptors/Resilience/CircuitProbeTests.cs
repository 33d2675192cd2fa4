using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Client.Tests;

/// <summary>What closes a half-open circuit, opens it again, or says nothing.</summary>
public sealed class CircuitProbeTests : ResilienceFixture
{
    private bool _fails = true;

    /// <summary>How the caller of a probe leaves it.</summary>
    public enum Leaving
    {
        Held,
        Disposed,
        Cancelled,
        PastDeadline,
    }

    [Theory]
    [InlineData(CallKind.Unary, Leaving.Disposed)]
    [InlineData(CallKind.Unary, Leaving.Cancelled)]
    [InlineData(CallKind.Unary, Leaving.PastDeadline)]
    [InlineData(CallKind.ClientStreaming, Leaving.Disposed)]
    [InlineData(CallKind.ClientStreaming, Leaving.Cancelled)]
    [InlineData(CallKind.ServerStreaming, Leaving.Disposed)]
    [InlineData(CallKind.ServerStreaming, Leaving.Cancelled)]
    [InlineData(CallKind.ServerStreaming, Leaving.PastDeadline)]
    [InlineData(CallKind.Duplex, Leaving.Disposed)]
    [InlineData(CallKind.Duplex, Leaving.Cancelled)]
    [InlineData(CallKind.Duplex, Leaving.PastDeadline)]
    [Trait("case", "interceptors 22")]
    [Trait("case", "interceptors 36")]
    public async Task A_probe_that_its_caller_gave_up_says_nothing_and_the_next_call_probes(CallKind kind, Leaving leaving)
    {
        var client = await OpenAsync(kind);
        using var cancellation = new CancellationTokenSource();
        var options = new CallOptions(
            deadline: leaving == Leaving.PastDeadline ? DateTime.UtcNow.AddMilliseconds(300) : null, cancellationToken: cancellation.Token);

        var probe = Start(client, kind, options);
        await Eventually.True(() => leaving == Leaving.PastDeadline || Server.Observer.Running == 1, "the probe is let through");
        if (leaving == Leaving.Disposed)
            probe.Dispose();
        else if (leaving == Leaving.Cancelled)
            await cancellation.CancelAsync();
        await Eventually.True(() => Server.Observer.Running == 0, "the probe has ended");

        var driver = new CallDriver(client);
        await ClosesAsync(driver, kind);
        Assert.Single(Logs.Named("CircuitOpened"));
        Assert.Single(Logs.Named("CircuitHalfOpened"));
    }

    [Theory]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    [Trait("case", "interceptors 22")]
    public async Task A_probe_that_is_collected_says_nothing_and_the_next_call_probes(CallKind kind)
    {
        var client = await OpenAsync(kind);

        await ForgetAsync(client, kind);
        await Eventually.True(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return Server.Observer.Running == 0;
            },
            "the probe has ended");

        await ClosesAsync(new CallDriver(client), kind);
        Assert.Single(Logs.Named("CircuitOpened"));
        Assert.Single(Logs.Named("CircuitHalfOpened"));
    }

    [Theory]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    [Trait("case", "interceptors 22")]
    public async Task A_probe_that_shows_nothing_is_followed_by_another_after_each_break(CallKind kind)
    {
        var client = await OpenAsync(kind);
        using var probe = Start(client, kind, default);
        await Eventually.True(() => Server.Observer.Running == 1, "the probe is let through");
        var driver = new CallDriver(client);
        Assert.Equal(StatusCode.Unavailable, await driver.RunAsync(kind, CallEnd.Success, () => Task.CompletedTask));

        Time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(StatusCode.OK, await driver.RunAsync(kind, CallEnd.Success, () => Task.CompletedTask));
        Assert.Single(Logs.Named("CircuitClosed"));
    }

    [Theory]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    [Trait("case", "interceptors 22")]
    public async Task Headers_of_a_probe_close_the_circuit_though_nobody_reads_it(CallKind kind)
    {
        var client = await OpenAsync(kind);
        OnArrival(async (_, context) =>
        {
            await context.WriteResponseHeadersAsync([]);
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        });

        using var probe = Start(client, kind, default);

        await Eventually.True(() => Logs.Named("CircuitClosed").Count == 1, "the circuit closes");
    }

    [Theory]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    [InlineData(CallKind.ClientStreaming)]
    [Trait("case", "interceptors 22")]
    public async Task A_probe_that_fails_and_is_not_read_opens_it_again(CallKind kind)
    {
        var client = await OpenAsync(kind);
        OnArrival((_, _) => throw Failure());

        using var probe = Start(client, kind, default);

        await Eventually.True(() => Logs.Named("CircuitOpened").Count == 2, "the circuit opens again");
    }

    [Theory]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    [InlineData(CallKind.ClientStreaming)]
    [Trait("case", "interceptors 23")]
    public async Task Failing_calls_that_are_not_read_open_it(CallKind kind)
    {
        OnArrival((_, _) => throw Failure());
        var client = Client(Breaking());
        var calls = new List<IDisposable>();
        for (var i = 0; i < 2; i++)
        {
            var arrived = Arrived;
            calls.Add(Start(client, kind, default));
            await Eventually.True(() => Arrived > arrived, "the call arrives");
        }

        await Eventually.True(() => Logs.Named("CircuitOpened").Count == 1, "the circuit opens");

        calls.ForEach(call => call.Dispose());
    }

    [Fact]
    [Trait("case", "interceptors 35")]
    public async Task A_deadline_of_the_servers_own_is_no_failure_of_the_attempt()
    {
        OnArrival((_, _) => throw Failure(StatusCode.DeadlineExceeded));
        var options = Breaking();
        options.AttemptTimeout = TimeSpan.FromMinutes(1);
        options.Retry = Retrying().Retry;
        var client = Client(options);

        for (var i = 0; i < 5; i++)
            Assert.Equal(StatusCode.DeadlineExceeded, await StatusAsync(client.UnaryAsync(new ProbeRequest())));

        Assert.Equal(5, Arrived);
        Assert.Empty(Logs.Named("CircuitOpened"));
    }

    private static ResilienceOptions Breaking() => new() { CircuitBreaker = new CircuitBreakerOptions { MinimumThroughput = 2 } };

    /// <summary>A call that hangs at the server and is not read.</summary>
    private static IDisposable Start(Probe.ProbeClient client, CallKind kind, CallOptions options)
    {
        var request = new ProbeRequest { Ending = Ending.Hang };
        switch (kind)
        {
            case CallKind.ClientStreaming:
                var upload = client.ClientStream(options);
                upload.RequestStream.WriteAsync(request).ContinueWith(static task => task.Exception, TaskScheduler.Default);
                return upload;
            case CallKind.ServerStreaming:
                return client.ServerStream(request, options);
            case CallKind.Duplex:
                var duplex = client.Duplex(options);
                duplex.RequestStream.WriteAsync(request).ContinueWith(static task => task.Exception, TaskScheduler.Default);
                return duplex;
            default:
                return client.UnaryAsync(request, options);
        }
    }

    /// <summary>A probe of which nothing is kept once it runs.</summary>
    private async Task ForgetAsync(Probe.ProbeClient client, CallKind kind)
    {
        var probe = Start(client, kind, default);
        await Eventually.True(() => Server.Observer.Running == 1, "the probe is let through");
        GC.KeepAlive(probe);
    }

    /// <summary>The probe's end may be seen a moment later than its server sees it.</summary>
    private async Task ClosesAsync(CallDriver driver, CallKind kind)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await driver.RunAsync(kind, CallEnd.Success, () => Task.CompletedTask) != StatusCode.OK)
            await Task.Delay(5, bound.Token);
        Assert.Single(Logs.Named("CircuitClosed"));
    }

    /// <summary>A client whose circuit would let a probe through, to a server that is well again.</summary>
    private async Task<Probe.ProbeClient> OpenAsync(CallKind kind)
    {
        OnArrival((_, _) =>
        {
            if (_fails)
                throw Failure();
        });
        var client = Client(Breaking());
        var driver = new CallDriver(client);
        for (var i = 0; i < 2; i++)
            await driver.RunAsync(kind, CallEnd.Success, () => Task.CompletedTask);
        _fails = false;
        Time.Advance(TimeSpan.FromSeconds(6));
        return client;
    }
}
