using System.Collections.Concurrent;

namespace Interceptors.Client.Tests;

/// <summary>Observes every call and keeps what it saw.</summary>
internal sealed class RecordingInterceptor : ClientInterceptor
{
    private readonly ConcurrentQueue<ClientCall> _ended = new();
    private int _started;

    public int Started => Volatile.Read(ref _started);

    public IReadOnlyList<ClientCall> Ended => [.. _ended];

    protected override bool Observes(scoped in OutgoingCall call) => true;

    protected override void OnStart(ClientCall call) => Interlocked.Increment(ref _started);

    protected override void OnEnd(ClientCall call) => _ended.Enqueue(call);
}
