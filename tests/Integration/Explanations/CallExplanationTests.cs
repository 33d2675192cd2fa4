using System.Diagnostics;
using Grpc.Core;
using Interceptors.Client;
using Interceptors.Discovery;
using Interceptors.Propagation;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Integration.Tests;

/// <summary>What is injected into a call is what its explanation says.</summary>
public sealed class CallExplanationTests
{
    private static readonly TimeSpan Injected = TimeSpan.FromMilliseconds(300);

    public static TheoryData<CallKind> Kinds { get; } = [.. Enum.GetValues<CallKind>()];

    public static TheoryData<CallKind, bool> KindsAndTls { get; } =
        [.. Enum.GetValues<CallKind>().SelectMany(kind => new[] { (kind, false), (kind, true) })];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_dead_endpoint_is_named_with_what_is_wrong_with_it(CallKind kind)
    {
        var dead = $"127.0.0.1:{LoopbackPorts.Next()}";
        await using var client = Client($"static:///{dead}", static client => client.AddStandardInterceptors());

        var (status, explanation) = await client.ExplainedAsync(kind, CallEnd.Success);

        Assert.Equal(StatusCode.Unavailable, status);
        Assert.Equal(StatusCode.Unavailable, explanation.Status.StatusCode);
        Assert.Null(explanation.Endpoint);
        var wait = Assert.Single(explanation.Notes);
        Assert.Equal(CallNoteKind.Wait, wait.Kind);
        Assert.Contains(explanation.Conditions, text => text.StartsWith("1 endpoint, listed ", StringComparison.Ordinal));
        Assert.Contains(
            explanation.Conditions,
            text => text.StartsWith($"1 endpoint can't take calls, the last: {dead}", StringComparison.Ordinal)
                && text.Contains("Connection refused", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_ejected_endpoint_is_named(CallKind kind)
    {
        await using var good = await ProbeServer.StartAsync();
        await using var bad = await ProbeServer.StartAsync();
        bad.Observer.OnCall = static _ => throw new RpcException(new Status(StatusCode.Unavailable, "out of order"));
        await using var client = Client(
            $"static:///{HostOf(good)},{HostOf(bad)}", static client => client.AddStandardInterceptors(),
            static o => o.Balancing.OutlierEjection = new OutlierEjectionOptions { ConsecutiveErrors = 1, MaxEjectionPercent = 100 });
        // One failure ejects it, once the good one is connected too: the only endpoint is never ejected.
        var calls = 0;
        while (client.Logs.Named("EndpointEjected").Count == 0)
        {
            Assert.InRange(++calls, 1, 1_000);
            await client.RunAsync(CallKind.Unary, CallEnd.Success);
            await Task.Delay(TimeSpan.FromMilliseconds(5));
        }

        var (_, explanation) = await client.ExplainedAsync(kind, CallEnd.Error);

        Assert.Equal(StatusCode.NotFound, explanation.Status.StatusCode);
        Assert.Equal(HostOf(good), explanation.Endpoint);
        Assert.Empty(explanation.Notes);
        Assert.Contains($"ejected because their calls failed: {HostOf(bad)}", explanation.Conditions);
    }

    [Theory]
    [MemberData(nameof(KindsAndTls))]
    public async Task A_slow_token_endpoint_is_what_the_call_waited_for(CallKind kind, bool tls)
    {
        await using var server = tls ? (IAsyncDisposable)await SecureProbeServer.StartAsync() : await ProbeServer.StartAsync();
        var address = new Uri(server is SecureProbeServer secure ? secure.Address : ((ProbeServer)server).Address);
        using var directory = tls ? new CaDirectory(((SecureProbeServer)server).CertificatePem) : null;
        await using var client = Client(
            $"static:///{address.Authority}",
            client => client.AddStandardInterceptors().AddFallbackToken(
                TokenSources.Delegate(async (_, cancellationToken) =>
                {
                    await Task.Delay(Injected, cancellationToken);
                    return new AccessToken("ours");
                }),
                o => o.AllowPlainText = !tls),
            o => o.Tls.CaFile = directory?.CaFile);

        var (status, explanation) = await client.ExplainedAsync(kind, CallEnd.Error);

        Assert.Equal(StatusCode.NotFound, status);
        var wait = Assert.Single(explanation.Notes, note => note.Subject == "a token");
        Assert.Equal(CallNoteKind.Wait, wait.Kind);
        Assert.True(wait.Duration > TimeSpan.Zero);
        // What comes after the wait is still noted.
        Assert.Equal(address.Authority, explanation.Endpoint);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Etcd_away_since_the_start_is_what_the_call_waited_for(CallKind kind)
    {
        var services = new ServiceCollection();
        services.AddEtcdDiscovery($"http://127.0.0.1:{LoopbackPorts.Next()}");
        await using var client = Client(
            "etcd:///user", static client => client.AddStandardInterceptors(), static o => o.WaitForReady = true, services);

        var (status, explanation) = await client.ExplainedAsync(kind, CallEnd.Deadline);

        Assert.Equal(StatusCode.DeadlineExceeded, status);
        Assert.Null(explanation.Endpoint);
        var wait = Assert.Single(explanation.Notes);
        Assert.Equal((CallNoteKind.Wait, "the first list of etcd:///user"), (wait.Kind, wait.Subject));
        Assert.InRange(wait.Duration, TimeSpan.FromTicks(1), explanation.Elapsed);
        Assert.Contains("no list of etcd:///user yet", explanation.Conditions);
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ServerStreaming)]
    public async Task A_retry_budget_that_is_used_up_is_why_there_is_no_further_attempt(CallKind kind)
    {
        await using var server = await ProbeServer.StartAsync();
        server.Observer.OnCall = static _ => throw new RpcException(new Status(StatusCode.Unavailable, "out of order"));
        await using var client = Client($"static:///{HostOf(server)}", client => client.AddStandardInterceptors().AddResilience(o =>
        {
            o.Retry = new RetryOptions { IdempotentMethods = { "*" }, BaseDelay = TimeSpan.FromMilliseconds(1) };
            o.Retry.Budget = new RetryBudgetOptions { MaxTokens = 4 };
        }));

        var (_, first) = await client.ExplainedAsync(kind, CallEnd.Success);
        var (_, second) = await client.ExplainedAsync(kind, CallEnd.Success);

        // Two tokens of four may be used.
        Assert.Equal(["attempt 1: UNAVAILABLE out of order", "no further attempt: too many attempts failed (RetryOptions.Budget)"],
            second.Notes.Select(static note => note.ToString()));
        // Before its first attempt, the first call may have waited for a connection.
        Assert.Equal(
            ["attempt 1", "the pause before another attempt", "attempt 2", "no further attempt"],
            first.Notes.Select(static note => note.Subject).SkipWhile(static subject => subject != "attempt 1"));
        Assert.Equal(HostOf(server), second.Endpoint);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_queue_that_ate_the_deadline_is_named(CallKind kind)
    {
        await using var server = await ProbeServer.StartAsync();
        await using var client = Client($"static:///{HostOf(server)}", static client => client.AddStandardInterceptors().AddResilience(
            static o => o.Concurrency = new ConcurrencyLimitOptions { Methods = { "*" }, MaxCalls = 1, QueueLength = 5 }));
        using var end = new CancellationTokenSource();
        var held = client.HoldAsync(kind, end.Token);
        await Eventually.True(() => server.Observer.Running == 1, "the only place is taken");

        var (status, explanation) = await client.ExplainedAsync(kind, CallEnd.Deadline);
        await end.CancelAsync();
        await held;

        Assert.Equal(StatusCode.DeadlineExceeded, status);
        Assert.Null(explanation.Endpoint);
        var wait = Assert.Single(explanation.Notes);
        Assert.Equal("a place among 1 calls at once and 5 waiting", wait.Subject);
        Assert.InRange(wait.Duration, TimeSpan.FromTicks(1), explanation.Elapsed);
    }

    [Fact]
    public async Task Log_span_and_exception_say_the_same()
    {
        var dead = $"127.0.0.1:{LoopbackPorts.Next()}";
        await using var client = Client($"static:///{dead}", static client => client.AddStandardInterceptors());
        using var source = new ActivitySource("explanations");
        using var listener = new ActivityListener
        {
            ShouldListenTo = listened => ReferenceEquals(listened, source),
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        using var activity = source.StartActivity("call", ActivityKind.Client)!;

        var failure = await Assert.ThrowsAsync<RpcException>(() => client.Probe.UnaryAsync(new ProbeRequest()).ResponseAsync);

        var text = CallExplanation.Of(failure)?.ToString();
        Assert.Contains(dead, text);
        Assert.EndsWith($"explanation {text}", Assert.Single(client.Logs.Named("CallEnded")).Message, StringComparison.Ordinal);
        var told = Assert.Single(activity.Events, static one => one.Name == "interceptors.client.explanation");
        Assert.Equal(text, Assert.Single(told.Tags).Value);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_call_that_goes_well_is_explained_where_it_was_slow_or_asked_for(CallKind kind)
    {
        await using var server = await ProbeServer.StartAsync();
        await using var client = Client(
            $"static:///{HostOf(server)}",
            static client => client.AddStandardInterceptors(o => o.Timing = t => t.SlowCallThreshold = Injected));
        Assert.Equal(StatusCode.OK, await client.RunAsync(kind, CallEnd.Success));
        var unasked = Explained();
        server.Observer.OnCall = static _ => Task.Delay(Injected);
        Assert.Equal(StatusCode.OK, await client.RunAsync(kind, CallEnd.Success));
        var slow = Explained();
        server.Observer.OnCall = static _ => Task.CompletedTask;
        var (_, asked) = await client.ExplainedAsync(kind, CallEnd.Success);

        Assert.Equal((0, 1), (unasked, slow));
        Assert.Equal(HostOf(server), asked.Endpoint);

        int Explained() =>
            client.Logs.Named("CallEnded").Count(line => line.Message.Contains($"sent to {HostOf(server)}", StringComparison.Ordinal));
    }

    private static string HostOf(ProbeServer server) => new Uri(server.Address).Authority;

    private static ExplainedClient Client(
        string target, Action<IHttpClientBuilder> configure, Action<DiscoveryChannelOptions>? channel = null,
        ServiceCollection? services = null)
    {
        services ??= new ServiceCollection();
        var logs = new LogCapture();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(logs));
        configure(services.AddDiscoveryClient<Probe.ProbeClient>(target, channel ?? (static _ => { })));
        return new ExplainedClient(services.BuildServiceProvider(), logs);
    }

    private sealed class ExplainedClient(ServiceProvider services, LogCapture logs) : IAsyncDisposable
    {
        private readonly CallDriver _driver = new(services.GetRequiredService<Probe.ProbeClient>());

        public LogCapture Logs => logs;

        public Probe.ProbeClient Probe { get; } = services.GetRequiredService<Probe.ProbeClient>();

        public Task<StatusCode> RunAsync(CallKind kind, CallEnd end) => _driver.RunAsync(kind, end, static () => Task.CompletedTask);

        public async Task<(StatusCode Status, CallExplanation Explanation)> ExplainedAsync(CallKind kind, CallEnd end)
        {
            using var asked = CallExplanation.Ask();
            var status = await RunAsync(kind, end);
            return (status, Assert.Single(asked.Calls));
        }

        /// <summary>Holds a place of the kind's method until it is told to stop.</summary>
        public Task HoldAsync(CallKind kind, CancellationToken cancellationToken)
        {
            var options = new CallOptions(cancellationToken: cancellationToken);
            var hang = new ProbeRequest { Ending = Ending.Hang };
            return Task.Run(HoldOnAsync, CancellationToken.None);

            async Task HoldOnAsync()
            {
                try
                {
                    switch (kind)
                    {
                        case CallKind.BlockingUnary or CallKind.Unary:
                            await Probe.UnaryAsync(hang, options);
                            break;
                        // A stream that nobody keeps is abandoned, and gives its place back.
                        case CallKind.ServerStreaming:
                            using (var download = Probe.ServerStream(hang, options))
                                await download.ResponseStream.MoveNext(CancellationToken.None);
                            break;
                        case CallKind.ClientStreaming:
                            using (var upload = Probe.ClientStream(options))
                                await upload.ResponseAsync;
                            break;
                        default:
                            using (var duplex = Probe.Duplex(options))
                                await duplex.ResponseStream.MoveNext(CancellationToken.None);
                            break;
                    }
                }
                catch (RpcException)
                {
                    // Cancelled, as it was told to be.
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            await services.DisposeAsync();
            logs.Dispose();
        }
    }
}
