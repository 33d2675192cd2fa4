using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Grpc.Core;

namespace Interceptors.Server;

// The flow of a call. It is synchronous as long as the steps and the handler are, since an asynchronous method costs more than most
// steps; it then gives the handler's own task back.
public abstract partial class ServerInterceptor
{
    private Task RunAsync<TResult, THandler>(in THandler handler, ServerCallContext context, MethodType kind)
        where THandler : struct, ICallHandler<TResult> =>
        ProceedAsync<TResult, THandler>(handler, new ServerCall(context, kind), ExecutionContext.Capture());

    /// <summary>Runs the steps that have not started yet, the handler, and the ends.</summary>
    /// <param name="handler">The handler.</param>
    /// <param name="call">The call.</param>
    /// <param name="outside">
    /// What to go back to before returning, as an asynchronous method does by itself: what the steps set in an AsyncLocal must not
    /// reach the caller. Null where the flow is suppressed.
    /// </param>
    private Task ProceedAsync<TResult, THandler>(in THandler handler, ServerCall call, ExecutionContext? outside)
        where THandler : struct, ICallHandler<TResult>
    {
        Task handling;
        try
        {
            for (; call.Started < _steps.Length; call.Started++)
            {
                var starting = _steps[call.Started].OnStartAsync(call);
                if (!starting.IsCompletedSuccessfully)
                    return Outside(outside, StartLaterAsync<TResult, THandler>(starting, handler, call, outside));
                // A reusable source of the ValueTask waits for that.
                starting.GetAwaiter().GetResult();
            }
            call.RefuseIfExpired();
            handling = handler.InvokeAsync(call) ?? throw new InvalidOperationException("The handler returned null instead of a task.");
        }
        catch (Exception exception)
        {
            handling = Task.FromException<TResult>(exception);
        }

        var error = handling.IsCompleted ? ErrorOf<TResult, THandler>(handling) : null;
        if (!handling.IsCompleted || error is IOException)
            return Outside(outside, EndLaterAsync<TResult, THandler>(handling, call, outside));
        if (error is null && call.Messages is not null)
            call.Messages.Response = THandler.ResponseOf(handling);
        var outcome = End(call, error, outside);
        return ReferenceEquals(outcome, error) && (error is null || !handling.IsCompletedSuccessfully)
            ? handling
            : Task.FromException<TResult>(outcome!);
    }

    private async Task<TResult> StartLaterAsync<TResult, THandler>(
        ValueTask starting, THandler handler, ServerCall call, ExecutionContext? outside)
        where THandler : struct, ICallHandler<TResult>
    {
        try
        {
            await starting.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            ExceptionDispatchInfo.Throw(End(call, exception, outside)!);
        }
        call.Started++;
        var proceeding = ProceedAsync<TResult, THandler>(handler, call, outside);
        await proceeding.ConfigureAwait(false);
        return THandler.ResultOf(proceeding);
    }

    private async Task<TResult> EndLaterAsync<TResult, THandler>(Task handling, ServerCall call, ExecutionContext? outside)
        where THandler : struct, ICallHandler<TResult>
    {
        await handling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (EndedTask.ErrorOf(handling) is IOException && !call.IsCancelled)
            await PendingCancellation.LetArriveAsync(call.Context.CancellationToken).ConfigureAwait(false);
        var error = ErrorOf<TResult, THandler>(handling);
        if (error is null && call.Messages is not null)
            call.Messages.Response = THandler.ResponseOf(handling);
        var outcome = End(call, error, outside);
        if (outcome is not null)
            ExceptionDispatchInfo.Throw(outcome);
        return THandler.ResultOf(handling);
    }

    /// <summary>Tells the steps that have started, innermost first, and gives back what the caller sees.</summary>
    private Exception? End(ServerCall call, Exception? error, ExecutionContext? outside)
    {
        // Whatever the handler made of it; unless its caller has gone meanwhile.
        if (call.EarlyStatus is { } status && !call.IsCancelled)
            error = new RpcException(status);
        while (call.Started > 0)
        {
            try
            {
                while (call.Started > 0)
                    error = _steps[--call.Started].OnEnd(call, error) ?? error;
            }
            catch (Exception exception)
            {
                // That must not change the call. Logging may be what threw, so the report goes elsewhere.
                Trace.TraceError("{0} threw at the end of {1}: {2}", _steps[call.Started].GetType().Name, call.Method, exception);
            }
        }
        // Before the resources: a log scope that finds itself gone already need not make a new context without itself.
        Restore(outside);
        try
        {
            call.DisposeResources();
        }
        catch (Exception exception)
        {
            Trace.TraceError("Disposing what belonged to {0} threw: {1}", call.Method, exception);
        }
        return error;
    }

    /// <summary>The handler's error. A missing response is one too: gRPC's server would call that a cancellation.</summary>
    private static Exception? ErrorOf<TResult, THandler>(Task handling)
        where THandler : struct, ICallHandler<TResult> =>
        handling.IsCompletedSuccessfully && THandler.LacksResponse(handling)
            ? new InvalidOperationException("The handler returned null instead of a response.")
            : EndedTask.ErrorOf(handling);

    private static Task Outside(ExecutionContext? outside, Task task)
    {
        Restore(outside);
        return task;
    }

    private static void Restore(ExecutionContext? outside)
    {
        if (outside is not null)
            ExecutionContext.Restore(outside);
    }
}
