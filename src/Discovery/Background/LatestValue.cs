using System.Runtime.CompilerServices;

namespace Interceptors.Discovery;

/// <summary>
/// A value that changes, with any number of readers. A reader that is slow skips what was overtaken; none holds up the writer.
/// </summary>
internal sealed class LatestValue<T>
    where T : class
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = NewSignal();
    private T? _value;
    private long _version;
    private bool _completed;

    public T? Value
    {
        get
        {
            lock (_lock)
                return _value;
        }
    }

    public void Publish(T value)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            if (_completed)
                return;
            _value = value;
            _version++;
            changed = _changed;
            _changed = NewSignal();
        }

        changed.TrySetResult();
    }

    /// <summary>Lets every reader end after the value that it has not seen yet.</summary>
    public void Complete()
    {
        lock (_lock)
            _completed = true;
        _changed.TrySetResult();
    }

    /// <summary>The value now, if there is one, and each later one. Ends when completed.</summary>
    public async IAsyncEnumerable<T> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = 0L;
        while (true)
        {
            T? value;
            Task changed;
            lock (_lock)
            {
                value = _version > seen ? _value : null;
                seen = _version;
                changed = _changed.Task;
                if (value is null && _completed)
                    yield break;
            }

            if (value is not null)
                yield return value;
            else
                await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    // Readers go on elsewhere, never inside the writer.
    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
