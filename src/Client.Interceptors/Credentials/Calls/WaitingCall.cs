using System.Runtime.CompilerServices;
using Grpc.Core;

namespace Interceptors.Client;

/// <summary>A call that starts later.</summary>
internal sealed class WaitingCall<TCall> : IDisposable
    where TCall : class, IDisposable
{
    private readonly Wait _wait;
    private volatile bool _disposed;

    public WaitingCall(Wait wait, Func<TCall> start)
    {
        _wait = wait;
        Started = StartAsync(start);
    }

    /// <summary>The call, once it has started; fails as the call does if it never starts.</summary>
    public Task<TCall> Started { get; }

    public Status Status(Func<TCall, Status> ofStarted) => Started.IsCompletedSuccessfully
        ? ofStarted(Started.Result)
        : Failure()?.Status ?? throw new InvalidOperationException("The call has not ended yet.");

    public Metadata Trailers(Func<TCall, Metadata> ofStarted) => Started.IsCompletedSuccessfully
        ? ofStarted(Started.Result)
        : Failure()?.Trailers ?? throw new InvalidOperationException("The call has not ended yet.");

    /// <summary>What comes of the call when it has started. Nobody need look at it.</summary>
    [AsyncMethodBuilder(typeof(ObservedTaskMethodBuilder<>))]
    public async Task<TResult> ThenAsync<TResult>(Func<TCall, Task<TResult>> then) =>
        await then(await Started.ConfigureAwait(false)).ConfigureAwait(false);

    public void Dispose()
    {
        _disposed = true;
        // Before the waiting is cancelled: that may run what waits right here.
        if (Started.IsCompletedSuccessfully)
            Started.Result.Dispose();
        else
            _wait.Cancel();
    }

    [AsyncMethodBuilder(typeof(ObservedTaskMethodBuilder<>))]
    private async Task<TCall> StartAsync(Func<TCall> start)
    {
        await _wait.WaitAsync().ConfigureAwait(false);
        var call = start();
        if (_disposed)
            call.Dispose();
        return call;
    }

    private RpcException? Failure() => Started.Exception?.InnerException as RpcException;
}
