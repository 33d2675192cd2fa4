using System.Runtime.CompilerServices;
using Grpc.Core;
using static Grpc.Core.Interceptors.Interceptor;

namespace Interceptors.Client;

/// <summary>
/// Completes the response of an observed unary call once its interceptors have seen the end. Not an asynchronous method, because that would
/// copy the call's state several times; only failed attempts use one.
/// </summary>
internal sealed class ObservedUnaryCall<TRequest, TResponse> : PooledContinuation<ObservedUnaryCall<TRequest, TResponse>>
    where TRequest : class
    where TResponse : class
{
    private AsyncUnaryCall<TResponse>? _first;
    private CallState _state;
    private AsyncUnaryCallContinuation<TRequest, TResponse>? _send;

    // A source of a task that needs no object of its own.
    private AsyncTaskMethodBuilder<TResponse> _response;

    public static AsyncUnaryCall<TResponse> Observe(
        AsyncUnaryCall<TResponse> first, in CallState state, AsyncUnaryCallContinuation<TRequest, TResponse> send)
    {
        var observed = Rent();
        observed._first = first;
        observed._state = state;
        observed._send = send;
        observed._response = AsyncTaskMethodBuilder<TResponse>.Create();
        var response = observed._response.Task;
        observed.Await();
        return UnaryCallAttempts<TResponse>.With(response, first);
    }

    protected override void GoOn()
    {
        var first = _first!.ResponseAsync;
        if (!first.IsCompletedSuccessfully)
        {
            _ = FailAsync();
            return;
        }
        _state.Succeeded();
        Completed().SetResult(first.Result);
    }

    protected override void Clear()
    {
        _first = null;
        _state = default;
        _send = null;
        _response = default;
    }

    private void Await()
    {
        var response = _first!.ResponseAsync.ConfigureAwait(false).GetAwaiter();
        if (response.IsCompleted)
        {
            GoOn();
            return;
        }
        Capture();
        response.UnsafeOnCompleted(Continue);
    }

    /// <summary>The first attempt has failed: sends the call again as long as an interceptor says so.</summary>
    private async Task FailAsync()
    {
        var first = _first!;
        UnaryCallAttempts<TResponse>? again = null;
        while (true)
        {
            TResponse response;
            try
            {
                if (again is not null)
                {
                    if (_state.PrepareAgain() is { } start)
                        await start.WaitAsync(_state.Notes).ConfigureAwait(false);
                    _state.Sent++;
                    using (_state.Noted())
                        again.Replace(SendAgain());
                }
                response = await (again?.Current ?? first).ResponseAsync.ConfigureAwait(false);
            }
            catch (RpcException exception) when (!UnaryCallAttempts<TResponse>.IsDisposed(first) && _state.Reissues(exception))
            {
                again ??= UnaryCallAttempts<TResponse>.Of(first);
                continue;
            }
            catch (Exception exception)
            {
                _state.Failed(exception, AsyncCallMembers<TRequest, TResponse>.TryGetStatus(again?.Current ?? first));
                var failed = Completed();
                failed.SetException(exception);
                // As the library does: dropping a call must not raise an UnobservedTaskException.
                _ = failed.Task.Exception;
                return;
            }
            _state.Succeeded();
            Completed().SetResult(response);
            return;
        }
    }

    private AsyncUnaryCall<TResponse> SendAgain() =>
        _send!((TRequest)_state.Request!, new((Method<TRequest, TResponse>)_state.Method, _state.Host, _state.Options));

    /// <summary>
    /// What completes the response. This object is gone from here on: what waits for the response may run at once, and use it for a call
    /// of its own.
    /// </summary>
    private AsyncTaskMethodBuilder<TResponse> Completed()
    {
        var response = _response;
        Return();
        return response;
    }
}
