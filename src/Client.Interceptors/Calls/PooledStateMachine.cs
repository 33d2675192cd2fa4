using System.Runtime.CompilerServices;

namespace Interceptors.Client;

/// <summary>Holds the state machine of an asynchronous method while it awaits something. Pooled.</summary>
internal sealed class PooledStateMachine<TStateMachine> : PooledContinuation<PooledStateMachine<TStateMachine>>
    where TStateMachine : IAsyncStateMachine
{
    public TStateMachine? StateMachine;

    protected override void Clear() => StateMachine = default;

    protected override void GoOn() => StateMachine!.MoveNext();
}
