using System.Collections.Concurrent;
using Grpc.Core;

namespace Interceptors.Client.Tests;

/// <summary>Observes every call and keeps what it saw.</summary>
internal sealed class RecordingInterceptor : ClientInterceptor
{
    private readonly ConcurrentQueue<EndedCall> _ended = new();
    private int _started;

    public int Started => Volatile.Read(ref _started);

    public IReadOnlyList<EndedCall> Ended => [.. _ended];

    protected override bool Observes(scoped in OutgoingCall call) => true;

    protected override void OnStart(ClientCall call) => Interlocked.Increment(ref _started);

    protected override void OnEnd(ClientCall call) =>
        _ended.Enqueue(
            new EndedCall(call.Method, call.Headers, call.Deadline, call.Elapsed, call.Status, call.MessagesSent, call.MessagesReceived));
}

/// <summary>What was seen of a call at its end.</summary>
internal sealed record EndedCall(
    IMethod Method, Metadata? Headers, DateTime? Deadline, TimeSpan Elapsed, Status Status, int MessagesSent, int MessagesReceived);
