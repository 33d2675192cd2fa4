using System.Diagnostics;
using Grpc.Core;
using Interceptors.Propagation;
using Interceptors.Testing;
using Microsoft.Extensions.Options;

namespace Interceptors.Client.Tests;

/// <summary>Retries are bounded by what succeeds, and happen at one hop only (gRFC A6).</summary>
public sealed class RetryBudgetTests : ResilienceFixture
{
    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ServerStreaming)]
    public async Task Half_of_the_tokens_pay_for_failures_and_then_no_call_is_repeated(CallKind kind)
    {
        OnArrival((number, _) => throw Failure(number: number));
        var client = Client(Budgeted(maxTokens: 10));

        for (var i = 0; i < 20; i++)
            await CallAsync(client, kind);

        // 3 attempts take 3 tokens of the 5 that may go; of the next call the first attempt leaves 6, the second 5.
        Assert.Equal(3 + 2 + 18, Arrived);
        Assert.Contains(
            Logs.Named("RetriesGivenUp"), static line => line.Message.Contains("RetryOptions.Budget", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ServerStreaming)]
    public async Task What_succeeds_gives_back(CallKind kind)
    {
        var failing = true;
        OnArrival((number, _) =>
        {
            if (failing)
                throw Failure(number: number);
        });
        var client = Client(Budgeted(maxTokens: 4));
        await CallAsync(client, kind);
        Assert.Equal(2, Arrived);

        failing = false;
        for (var i = 0; i < 20; i++)
            await CallAsync(client, kind);
        failing = true;
        await CallAsync(client, kind);

        Assert.Equal(2 + 20 + 2, Arrived);
    }

    [Fact]
    public async Task Without_a_budget_every_call_is_repeated()
    {
        OnArrival((number, _) => throw Failure(number: number));
        var options = Retrying();
        options.Retry!.Budget = null;
        var client = Client(options);

        for (var i = 0; i < 100; i++)
            await StatusAsync(client.UnaryAsync(new ProbeRequest()));

        Assert.Equal(300, Arrived);
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ServerStreaming)]
    public async Task A_call_for_a_retry_is_not_repeated_and_says_what_it_is(CallKind kind)
    {
        OnArrival((number, _) => throw Failure(number: number));
        IncomingCall.Current = new IncomingCall(new Retried(2), "t", DateTime.MaxValue);

        await CallAsync(Client(Retrying()), kind);

        Assert.Equal(["2"], PreviousAttempts);
    }

    [Fact]
    public async Task Each_retry_is_an_event_of_the_current_span()
    {
        FailFirst(2);
        using var activity = new Activity("work") { IsAllDataRequested = true }.Start();

        await Client(Retrying()).UnaryAsync(new ProbeRequest());

        Assert.Equal(2, activity.Events.Count());
        var tags = activity.Events.First().Tags.ToDictionary();
        Assert.Equal(("UNAVAILABLE", 1, 0.0, $"{Service}/Unary"), (
            tags["rpc.status_code"], tags["interceptors.attempt.number"], tags["interceptors.retry.pause"], tags["rpc.method"]));
    }

    [Theory]
    [InlineData(0, 0.1, "MaxTokens is 0. Give 1 to 1000")]
    [InlineData(1001, 0.1, "MaxTokens is 1001. Give 1 to 1000")]
    [InlineData(10, 0, "TokenRatio is 0. Give 0.001 to 1000")]
    [InlineData(10, double.NaN, "TokenRatio is NaN. Give 0.001 to 1000")]
    public void A_wrong_budget_is_refused(int maxTokens, double ratio, string message)
    {
        var options = Budgeted(maxTokens);
        options.Retry!.Budget!.TokenRatio = ratio;

        Assert.Contains(
            message, Assert.Throws<ArgumentException>(() => new ResilienceInterceptor(Options.Create(options))).Message,
            StringComparison.Ordinal);
    }

    private static ResilienceOptions Budgeted(int maxTokens)
    {
        var options = Retrying();
        options.Retry!.Budget = new RetryBudgetOptions { MaxTokens = maxTokens };
        return options;
    }

    private static async Task CallAsync(Probe.ProbeClient client, CallKind kind) =>
        await new CallDriver(client).RunAsync(kind, CallEnd.Success, static () => Task.CompletedTask);

    private sealed class Retried(int attempts) : IRequestHeaders
    {
        public int PreviousAttempts => attempts;

        public bool MayJoin(string exceptKey) => false;

        public Metadata Read() => [];
    }
}
