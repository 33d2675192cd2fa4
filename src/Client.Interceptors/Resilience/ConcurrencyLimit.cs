using System.Diagnostics.CodeAnalysis;

namespace Interceptors.Client;

/// <summary>The places of one method, and the queue before them.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore's wait handle is never asked for, so there is nothing to dispose.")]
internal sealed class ConcurrencyLimit(ConcurrencyLimitOptions options)
{
    private readonly SemaphoreSlim _places = new(options.MaxCalls);
    private readonly int _queueLength = options.QueueLength;
    private int _queued;

    public string Description { get; } = $"{options.MaxCalls} calls at once and {options.QueueLength} waiting";

    /// <summary>Takes a place if one is free; those who wait come first.</summary>
    public bool TryEnter() => _places.Wait(0, CancellationToken.None);

    /// <summary>Whether there is room to wait; who gets it must wait.</summary>
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
