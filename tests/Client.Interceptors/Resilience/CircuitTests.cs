using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Client.Tests;

public sealed class CircuitTests : ResilienceFixture
{
    private bool _fails = true;

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task It_opens_after_failures_lets_one_call_through_after_a_while_and_closes_when_that_succeeds(CallKind kind)
    {
        OnArrival((_, _) => Fail());
        var driver = new CallDriver(Client(Breaking()));

        for (var i = 0; i < 4; i++)
            Assert.Equal(StatusCode.Unavailable, await RunAsync());
        Assert.Equal(2, Arrived);
        Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(StatusCode.Unavailable, await RunAsync());
        Assert.Equal(StatusCode.Unavailable, await RunAsync());
        Assert.Equal(3, Arrived);
        _fails = false;
        Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(StatusCode.OK, await RunAsync());
        Assert.Equal(StatusCode.OK, await RunAsync());

        Assert.Equal(
            ["CircuitOpened", "CircuitHalfOpened", "CircuitOpened", "CircuitHalfOpened", "CircuitClosed"],
            Logs.Lines.Select(line => line.Event.Name).Where(name => name!.StartsWith("Circuit", StringComparison.Ordinal)));

        Task<StatusCode> RunAsync() => driver.RunAsync(kind, CallEnd.Success, () => Task.CompletedTask);
    }

    [Fact]
    public async Task An_open_circuit_says_so_and_counts()
    {
        var client = await OpenAsync();
        using var call = client.UnaryAsync(new ProbeRequest());

        var error = await FailsAsync(() => call.ResponseAsync);

        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Contains($"The circuit of /{Service}/Unary is open", error.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(error.Status, call.GetStatus());
        Assert.Empty(call.GetTrailers());
        Assert.Equal(StatusCode.Unavailable, await StatusAsync(call.ResponseHeadersAsync));
        Assert.Equal("open_circuit", Assert.Single(Meters.Of("interceptors.client.refusals")).Tags["interceptors.refusal.reason"]);
        Assert.Equal(1303, Assert.Single(Logs.Named("CallRefused")).Event.Id);
    }

    [Fact]
    public async Task A_refused_stream_can_be_neither_read_nor_written()
    {
        var client = await OpenAsync(async client =>
        {
            using var failing = client.Duplex();
            await FailsAsync(() => failing.ResponseStream.MoveNext(default));
        });
        using var call = client.Duplex();

        Assert.Equal(StatusCode.Unavailable, await StatusAsync(call.RequestStream.WriteAsync(new ProbeRequest())));
        Assert.Equal(StatusCode.Unavailable, await StatusAsync(call.RequestStream.CompleteAsync()));
        Assert.Equal(StatusCode.Unavailable, await StatusAsync(call.ResponseStream.MoveNext(default)));
        Assert.Equal(StatusCode.Unavailable, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Each_method_has_its_own()
    {
        var client = await OpenAsync();
        _fails = false;

        Assert.Equal(
            StatusCode.OK, await new CallDriver(client).RunAsync(CallKind.ServerStreaming, CallEnd.Success, () => Task.CompletedTask));
        Assert.Equal(StatusCode.Unavailable, await StatusAsync(client.UnaryAsync(new ProbeRequest())));
    }

    [Fact]
    public async Task An_open_circuit_ends_the_attempts_of_a_call()
    {
        FailFirst(100);
        var options = Breaking();
        options.Retry = Retrying(10).Retry;
        using var call = Client(options).UnaryAsync(new ProbeRequest());

        var error = await FailsAsync(() => call.ResponseAsync);

        Assert.Contains("circuit", error.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(2, Arrived);
        Assert.Equal(error.Status, call.GetStatus());
    }

    [Fact]
    public async Task The_callers_own_deadline_and_other_statuses_do_not_open_it()
    {
        OnArrival((_, _) => { });
        var client = Client(Breaking());
        for (var i = 0; i < 5; i++)
        {
            await FailsAsync(async () => await client.UnaryAsync(new ProbeRequest(), deadline: DateTime.UtcNow));
            await FailsAsync(async () => await client.UnaryAsync(new ProbeRequest { Ending = Ending.ThrowStatus }));
        }

        Assert.Equal(StatusCode.OK, await StatusAsync(client.UnaryAsync(new ProbeRequest())));
    }

    [Fact]
    public async Task A_call_that_was_let_through_and_cancelled_does_not_close_it()
    {
        var client = await OpenAsync();
        _fails = false;
        Time.Advance(TimeSpan.FromSeconds(6));
        var probe = client.UnaryAsync(new ProbeRequest { Ending = Ending.Hang });
        await Eventually.True(() => Server.Observer.Running == 1, "the call is let through");

        probe.Dispose();

        Assert.Equal(StatusCode.Cancelled, await StatusAsync(probe));
        Assert.Contains(
            "circuit", (await FailsAsync(async () => await client.UnaryAsync(new ProbeRequest()))).Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_methods_that_are_named_have_one()
    {
        OnArrival((_, _) => Fail());
        var options = Breaking();
        options.CircuitBreaker!.Methods.Add($"{Service}/Duplex");
        var client = Client(options);

        for (var i = 0; i < 5; i++)
            await FailsAsync(async () => await client.UnaryAsync(new ProbeRequest()));

        Assert.Equal(5, Arrived);
    }

    private static ResilienceOptions Breaking() => new() { CircuitBreaker = new CircuitBreakerOptions { MinimumThroughput = 2 } };

    private void Fail()
    {
        if (_fails)
            throw Failure();
    }

    private async Task<Probe.ProbeClient> OpenAsync(Func<Probe.ProbeClient, Task>? call = null)
    {
        OnArrival((_, _) => Fail());
        var client = Client(Breaking());
        for (var i = 0; i < 2; i++)
            await (call?.Invoke(client) ?? FailsAsync(async () => await client.UnaryAsync(new ProbeRequest())));
        return client;
    }
}
