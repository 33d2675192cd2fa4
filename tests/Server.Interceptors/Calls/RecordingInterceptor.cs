using System.Collections.Concurrent;
using Grpc.Core;

namespace Interceptors.Server.Tests;

/// <summary>Keeps how each call ended.</summary>
public sealed class RecordingInterceptor : ServerInterceptor
{
    private readonly ConcurrentQueue<(MethodType Kind, Status Status, Exception? Error)> _ended = new();
    private int _started;

    public int Started => Volatile.Read(ref _started);

    public IReadOnlyList<(MethodType Kind, Status Status, Exception? Error)> Ended => [.. _ended];

    protected override ValueTask OnStartAsync(ServerCall call)
    {
        Interlocked.Increment(ref _started);
        return default;
    }

    protected override Exception? OnEnd(ServerCall call, Exception? error)
    {
        _ended.Enqueue((call.Kind, call.StatusOf(error), error));
        return error;
    }
}
