using System.Runtime.CompilerServices;

namespace Interceptors.Discovery.Tests;

/// <summary>Reads a source in the background and keeps what it said.</summary>
internal sealed class Watching : IAsyncDisposable
{
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _reading;
    private readonly List<EndpointSnapshot> _seen = [];

    public Watching(IEndpointSource source, string service) => _reading = ReadAsync(source, service);

    public IReadOnlyList<EndpointSnapshot> Seen
    {
        get
        {
            lock (_seen)
                return [.. _seen];
        }
    }

    public EndpointSnapshot? Last => Seen is [.., var last] ? last : null;

    /// <summary>Completes when the source ends the stream by itself.</summary>
    public Task Ended => _reading;

    /// <summary>Waits until the last snapshot is as wanted.</summary>
    public async Task<EndpointSnapshot> UntilAsync(
        Func<EndpointSnapshot, bool> wanted, [CallerArgumentExpression(nameof(wanted))] string what = "", TimeSpan? bound = null)
    {
        var until = DateTime.UtcNow + (bound ?? Bound);
        while (true)
        {
            if (Last is { } last && wanted(last))
                return last;
            Assert.True(DateTime.UtcNow < until, $"never came: {what}; last: {Last}; reading: {_reading.Status} {_reading.Exception}");
            await Task.Delay(5);
        }
    }

    /// <summary>Waits until the last snapshot is fresh and has just these addresses.</summary>
    public Task<EndpointSnapshot> UntilFreshAsync(params string[] addresses) =>
        UntilAsync(s => !s.IsStale && s.Endpoints.Select(e => e.Address).SequenceEqual(addresses), $"fresh {string.Join(", ", addresses)}");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task ReadAsync(IEndpointSource source, string service)
    {
        await foreach (var snapshot in source.WatchAsync(service, _stop.Token))
        {
            lock (_seen)
                _seen.Add(snapshot);
        }
    }
}
