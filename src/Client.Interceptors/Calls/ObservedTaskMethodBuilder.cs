using System.Runtime.CompilerServices;

namespace Interceptors.Client;

/// <summary>
/// The builder of the asynchronous methods whose tasks are handed to the caller in place of the library's own. Like the
/// library it observes the exception of its task, so that a caller who drops a call is not haunted by an
/// UnobservedTaskException.
/// </summary>
internal struct ObservedTaskMethodBuilder<T>
{
    private AsyncTaskMethodBuilder<T> _builder;

    public static ObservedTaskMethodBuilder<T> Create() => new() { _builder = AsyncTaskMethodBuilder<T>.Create() };

    public Task<T> Task => _builder.Task;

    public void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => _builder.Start(ref stateMachine);

    public void SetStateMachine(IAsyncStateMachine stateMachine) => _builder.SetStateMachine(stateMachine);

    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine => _builder.AwaitOnCompleted(ref awaiter, ref stateMachine);

    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine => _builder.AwaitUnsafeOnCompleted(ref awaiter, ref stateMachine);

    public void SetResult(T result) => _builder.SetResult(result);

    public void SetException(Exception exception)
    {
        _builder.SetException(exception);
        _ = _builder.Task.Exception;
    }
}
