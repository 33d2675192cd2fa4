using System.Collections.Concurrent;

namespace Interceptors.Discovery;

/// <summary>
/// Starts connections one after the other. Ten thousand work items of the thread pool would stand between the first answer and the calls
/// that wait for it.
/// </summary>
internal sealed class ConnectionStarter : IThreadPoolWorkItem
{
    private readonly ConcurrentQueue<EndpointConnection> _waiting = new();
    private int _count;

    public void Start(EndpointConnection connection)
    {
        _waiting.Enqueue(connection);
        // Without the AsyncLocals of the call that happens to be the first.
        if (Interlocked.Increment(ref _count) == 1)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        do
        {
            if (_waiting.TryDequeue(out var connection))
                _ = connection.KeepConnectedAsync();
        }
        while (Interlocked.Decrement(ref _count) > 0);
    }
}
