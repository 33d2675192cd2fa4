using System.Diagnostics.CodeAnalysis;

namespace Interceptors.Discovery;

/// <summary>
/// Bounds how many connections are being made at once. One that takes long gives its place away before it is done, so that silent hosts do
/// not keep the others waiting.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A semaphore whose wait handle nobody asks for has nothing to free.")]
internal sealed class ConnectionThrottle(int places, TimeSpan longestHold, TimeProvider time)
{
    private readonly SemaphoreSlim _places = new(places);

    public async ValueTask<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        // A wait that can be cancelled costs three times as much, and this one is short. Whoever starts many goes on with the next one.
        await _places.WaitAsync(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (cancellationToken.IsCancellationRequested)
        {
            _places.Release();
            throw new OperationCanceledException(cancellationToken);
        }

        return new Place(_places, longestHold, time);
    }

    private sealed class Place : IDisposable
    {
        private readonly SemaphoreSlim _places;
        private readonly ITimer _timer;
        private int _released;

        public Place(SemaphoreSlim places, TimeSpan longest, TimeProvider time)
        {
            _places = places;
            _timer = time.CreateTimer(static place => ((Place)place!).Release(), this, longest, Timeout.InfiniteTimeSpan);
        }

        public void Dispose()
        {
            _timer.Dispose();
            Release();
        }

        private void Release()
        {
            if (Interlocked.Exchange(ref _released, 1) == 0)
                _places.Release();
        }
    }
}
