using System.Collections.Concurrent;
using System.Diagnostics;
using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Integration.Tests;

/// <summary>Callers that call one after the other until disposed, and keep how those failed that did.</summary>
internal sealed class UserLoad : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Probe.ProbeClient _client;
    private readonly List<Task> _callers = [];
    private int _unaryCalls;
    private int _streams;
    private int _messages;

    public UserLoad(CallInvoker invoker) => _client = new Probe.ProbeClient(invoker);

    /// <summary>Of each unary call.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(30);

    public Stopwatch Clock { get; } = Stopwatch.StartNew();

    public int UnaryCalls => Volatile.Read(ref _unaryCalls);

    public int Streams => Volatile.Read(ref _streams);

    public int Messages => Volatile.Read(ref _messages);

    public ConcurrentQueue<Exception> Failures { get; } = new();

    public UserLoad AddUnary(int callers) => Add(callers, async () =>
    {
        await _client.UnaryAsync(new ProbeRequest { Text = "unary" }, deadline: DateTime.UtcNow + Deadline);
        Interlocked.Increment(ref _unaryCalls);
    });

    /// <summary>Each goes on until its server drains.</summary>
    public UserLoad AddServerStreams(int callers) => Add(callers, async () =>
    {
        using var call = _client.ServerStream(new ProbeRequest { Text = "stream" }, cancellationToken: _stop.Token);
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
            Interlocked.Increment(ref _messages);
        Interlocked.Increment(ref _streams);
    });

    /// <summary>Each asks a hundred times and knows nothing of draining.</summary>
    public UserLoad AddDuplexStreams(int callers) => Add(callers, async () =>
    {
        using var call = _client.Duplex();
        for (var i = 0; i < 100 && !_stop.IsCancellationRequested; i++)
        {
            await call.RequestStream.WriteAsync(new ProbeRequest { Text = "duplex" });
            if (!await call.ResponseStream.MoveNext(CancellationToken.None))
                throw new InvalidOperationException("The stream ended before its client had ended it.");
            Interlocked.Increment(ref _messages);
            await Task.Delay(10, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(CancellationToken.None));
        Interlocked.Increment(ref _streams);
    });

    public async Task UntilUnaryCallsAsync(int calls, TimeSpan bound) =>
        await Eventually.True(() => UnaryCalls >= calls, $"{calls} calls succeed", bound);

    public Task MoreUnaryCallsAsync(int calls) => UntilUnaryCallsAsync(UnaryCalls + calls, TimeSpan.FromSeconds(60));

    public void AssertNoFailures() =>
        Assert.True(Failures.IsEmpty, $"{Failures.Count} failures beside {UnaryCalls} calls; the first: {Failures.FirstOrDefault()}");

    /// <summary>Begins no more calls, and waits for those that run.</summary>
    public async Task EndAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_callers).WaitAsync(TimeSpan.FromMinutes(1));
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _stop.Dispose();
    }

    private UserLoad Add(int callers, Func<Task> call)
    {
        for (var i = 0; i < callers; i++)
            _callers.Add(Task.Run(() => RepeatAsync(call)));
        return this;
    }

    private async Task RepeatAsync(Func<Task> call)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await call();
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                // Ended from here.
            }
            catch (Exception exception)
            {
                Failures.Enqueue(exception);
            }
        }
    }
}
