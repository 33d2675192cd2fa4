using System.Runtime.CompilerServices;

namespace Interceptors.Client;

/// <summary>Keeps an asynchronous method while it waits.</summary>
internal sealed class AsyncBox<TStateMachine> : PooledContinuation<AsyncBox<TStateMachine>>
    where TStateMachine : IAsyncStateMachine
{
    public TStateMachine? StateMachine;

    protected override void Clear() => StateMachine = default;

    protected override void GoOn() => StateMachine!.MoveNext();
}
