using System.Runtime.CompilerServices;

namespace Interceptors.Client;

/// <summary>
/// The builder of the asynchronous methods whose tasks callers get in place of the library's own. Like the library it observes the
/// exception of its task, so that dropping a call raises no UnobservedTaskException. A method that waits keeps its state in a pooled
/// object, so the task is all that it allocates.
/// </summary>
internal struct ObservedTaskMethodBuilder<T>
{
    private AsyncTaskMethodBuilder<T> _builder;
    private PooledContinuation? _box;

    public static ObservedTaskMethodBuilder<T> Create() => new() { _builder = AsyncTaskMethodBuilder<T>.Create() };

    public Task<T> Task => _builder.Task;

    public void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => _builder.Start(ref stateMachine);

    public void SetStateMachine(IAsyncStateMachine stateMachine) => _builder.SetStateMachine(stateMachine);

    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine => awaiter.OnCompleted(BoxOf(ref stateMachine).Continue);

    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine => awaiter.UnsafeOnCompleted(BoxOf(ref stateMachine).Continue);

    public void SetResult(T result) => Completed().SetResult(result);

    public void SetException(Exception exception)
    {
        var builder = Completed();
        builder.SetException(exception);
        _ = builder.Task.Exception;
    }

    /// <summary>
    /// What completes the task. This builder is gone from here on if it was in a box: what waits for the task may run at once, and
    /// use the box for a call of its own.
    /// </summary>
    private AsyncTaskMethodBuilder<T> Completed()
    {
        // Whoever copies the builder must share its task.
        _ = _builder.Task;
        var builder = _builder;
        _box?.Return();
        return builder;
    }

    private PooledContinuation BoxOf<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine
    {
        if (_box is null)
        {
            // The task must exist before the state machine is copied, this builder within it.
            _ = _builder.Task;
            var box = PooledStateMachine<TStateMachine>.Rent();
            _box = box;
            box.StateMachine = stateMachine;
        }
        _box.Capture();
        return _box;
    }
}
