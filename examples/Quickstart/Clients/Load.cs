using System.Collections.Concurrent;
using Demo;
using Grpc.Core;

namespace Quickstart.Clients;

/// <summary>Workers that call and call, each with the next call when the last has ended. Nothing is retried.</summary>
internal sealed class Load : IAsyncDisposable
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, int> _answers = new();
    private readonly TimeSpan _pause;
    private readonly Task _workers;
    private int _calls;
    private int _failed;
    private string? _firstFailure;

    /// <param name="clients">A worker for each; name one several times for several workers.</param>
    /// <param name="pause">The pause of a worker between two calls.</param>
    public Load(IEnumerable<Greeter.GreeterClient> clients, TimeSpan pause)
    {
        _pause = pause;
        _workers = Task.WhenAll([.. clients.Select(client => Task.Run(() => WorkAsync(client)))]);
    }

    public int Calls => Volatile.Read(ref _calls);

    public int Failed => Volatile.Read(ref _failed);

    public int AnsweredBy(string instance) => _answers.GetValueOrDefault(instance);

    public override string ToString() =>
        $"{Failed} of {Calls} calls failed{(Volatile.Read(ref _firstFailure) is { } failure ? $" ({failure})" : "")}";

    /// <summary>Ends after the calls that are running, which count.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _workers;
    }

    private async Task WorkAsync(Greeter.GreeterClient client)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var reply = await client.SayHelloAsync(new HelloRequest { Name = "load" }, deadline: DateTime.UtcNow + CallTimeout);
                _answers.AddOrUpdate(reply.Instance, 1, static (_, count) => count + 1);
            }
            catch (RpcException exception)
            {
                Interlocked.Increment(ref _failed);
                Interlocked.CompareExchange(ref _firstFailure, exception.Status.ToString(), null);
            }

            Interlocked.Increment(ref _calls);
            if (_pause > TimeSpan.Zero)
                await Task.Delay(_pause, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
