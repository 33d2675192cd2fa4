using System.Diagnostics.CodeAnalysis;

namespace Interceptors.Client;

/// <summary>Limits the concurrent calls of one method. Others wait in a queue of limited length.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore's wait handle is never asked for, so there is nothing to dispose.")]
internal sealed class ConcurrencyLimit(ConcurrencyLimitOptions options)
{
    private readonly SemaphoreSlim _places = new(options.MaxCalls);
    private readonly int _maxCalls = options.MaxCalls;
    private readonly int _queueLength = options.QueueLength;
    private int _queued;

    public string Description { get; } = $"{options.MaxCalls} calls at once and {options.QueueLength} waiting";

    /// <summary>Whether no call holds a permit or waits for one.</summary>
    public bool IsIdle => _places.CurrentCount == _maxCalls && Volatile.Read(ref _queued) == 0;

    /// <summary>Takes a permit if one is free; those who wait come first.</summary>
    public bool TryEnter() => _places.Wait(0, CancellationToken.None);

    /// <summary>Takes a place in the queue if there is one; the caller must then wait.</summary>
    public bool TryQueue()
    {
        if (Interlocked.Increment(ref _queued) <= _queueLength)
            return true;
        Interlocked.Decrement(ref _queued);
        return false;
    }

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _queued);
        }
    }

    public void Leave() => _places.Release();
}
