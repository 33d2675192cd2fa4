using System.Collections.Concurrent;
using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Integration.Tests;

/// <summary>Makes the calls of the plan as users' code does, and notes what it sees of them.</summary>
/// <param name="shared">Calls the server over a connection that all callers share.</param>
/// <param name="own">Calls the server over one that no other caller uses.</param>
/// <param name="nobody">Calls where nobody listens.</param>
internal sealed class MixedCaller(CallInvoker shared, CallInvoker own, CallInvoker nobody)
{
    // What is abandoned stays reachable, so that it is not the collector who ends the call.
    private readonly ConcurrentBag<IDisposable> _kept = [];

    public async Task RunAsync(MixedCall call)
    {
        call.Error = null;
        using var cancellation = new CancellationTokenSource();
        if (call.End == MixedEnd.CancelledBefore)
            await cancellation.CancelAsync();
        var interrupting = InterruptAsync(call, cancellation);
        try
        {
            call.HasSucceeded = call.Kind switch
            {
                CallKind.BlockingUnary => await BlockAsync(call, cancellation.Token),
                CallKind.Unary => await UnaryAsync(call, cancellation.Token),
                CallKind.ClientStreaming => await UploadAsync(call, cancellation.Token),
                CallKind.ServerStreaming => await DownloadAsync(call, cancellation),
                _ => await DuplexAsync(call, cancellation),
            };
        }
        catch (RpcException exception)
        {
            call.Error = exception;
        }
        await interrupting;
    }

    private CallInvoker Invoker(MixedCall call) =>
        call.End == MixedEnd.NobodyThere ? nobody : call.EndangersConnection ? own : shared;

    private static async Task InterruptAsync(MixedCall call, CancellationTokenSource cancellation)
    {
        if (call.End == MixedEnd.CancelledWhileHandled)
        {
            await call.Handled;
        }
        else if (call.End == MixedEnd.CancelledAnytime)
        {
            for (var i = 0; i < call.Delay; i++)
                await Task.Yield();
        }
        else
        {
            return;
        }
        await cancellation.CancelAsync();
    }

    private static CallOptions Options(MixedCall call, CancellationToken cancellationToken) => new(
        new Metadata { { "x-trace-id", call.TraceId } },
        call.End switch
        {
            MixedEnd.DeadlinePassed => DateTime.UtcNow.AddMilliseconds(-call.Delay),
            MixedEnd.DeadlineShort or MixedEnd.DeadlineRace => DateTime.UtcNow.AddMilliseconds(call.Delay),
            MixedEnd.AbandonedThenDeadline => DateTime.UtcNow.AddMilliseconds(10 * call.Delay),
            MixedEnd.DeadlineGenerous => DateTime.UtcNow.AddHours(1),
            _ => null,
        },
        cancellationToken);

    private static ProbeRequest Request(MixedCall call, bool isLast = true) => new()
    {
        Text = call.Text,
        Responses = call.Responses,
        Ending = isLast ? call.Ending : Ending.Return,
    };

    private async Task<bool> BlockAsync(MixedCall call, CancellationToken cancellationToken)
    {
        await Task.Factory.StartNew(
            () => Invoker(call).BlockingUnaryCall(MixedMethods.Of(call), null, Options(call, cancellationToken), Request(call)),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return true;
    }

    private async Task<bool> UnaryAsync(MixedCall call, CancellationToken cancellationToken)
    {
        using var started = Invoker(call).AsyncUnaryCall(MixedMethods.Of(call), null, Options(call, cancellationToken), Request(call));
        if (await IsLeftAsync(call))
            return false;
        await started.ResponseAsync;
        return true;
    }

    private async Task<bool> UploadAsync(MixedCall call, CancellationToken cancellationToken)
    {
        using var started = Invoker(call).AsyncClientStreamingCall(MixedMethods.Of(call), null, Options(call, cancellationToken));
        var sending = SendAsync(call, started.RequestStream);
        if (await IsLeftAsync(call))
            return false;
        await started.ResponseAsync;
        await sending;
        return true;
    }

    private async Task<bool> DownloadAsync(MixedCall call, CancellationTokenSource cancellation)
    {
        var started = Invoker(call).AsyncServerStreamingCall(
            MixedMethods.Of(call), null, Options(call, cancellation.Token), Request(call));
        return await ReadAsync(call, started, started.ResponseStream, cancellation);
    }

    private async Task<bool> DuplexAsync(MixedCall call, CancellationTokenSource cancellation)
    {
        var started = Invoker(call).AsyncDuplexStreamingCall(MixedMethods.Of(call), null, Options(call, cancellation.Token));
        var sending = SendAsync(call, started.RequestStream);
        var completed = await ReadAsync(call, started, started.ResponseStream, cancellation);
        await sending;
        return completed;
    }

    /// <summary>Whether the caller leaves the call before it has looked for a response.</summary>
    private static async Task<bool> IsLeftAsync(MixedCall call)
    {
        if (call.End == MixedEnd.DisposedWhileHandled)
            await call.Handled;
        return call.End is MixedEnd.DisposedAtOnce or MixedEnd.DisposedWhileHandled;
    }

    private async Task<bool> ReadAsync(
        MixedCall call, IDisposable started, IAsyncStreamReader<ProbeResponse> responses, CancellationTokenSource cancellation)
    {
        var isAbandoned = call.End is MixedEnd.AbandonedThenCancelled or MixedEnd.AbandonedThenDeadline or MixedEnd.AbandonedForEver;
        try
        {
            if (await IsLeftAsync(call))
                return false;
            var more = await responses.MoveNext(CancellationToken.None);
            if (call.End is MixedEnd.CancelledAfterFirst or MixedEnd.AbandonedThenCancelled)
                await cancellation.CancelAsync();
            if (isAbandoned && call.End != MixedEnd.AbandonedForEver)
                _kept.Add(started);
            if (isAbandoned || call.End == MixedEnd.DisposedAfterFirst)
                return false;
            while (more)
                more = await responses.MoveNext(CancellationToken.None);
            return true;
        }
        finally
        {
            if (!isAbandoned)
                started.Dispose();
        }
    }

    /// <summary>A call may end before all its requests are written; why, its responses say.</summary>
    private static async Task SendAsync(MixedCall call, IClientStreamWriter<ProbeRequest> requests)
    {
        try
        {
            for (var i = 1; i <= call.Requests; i++)
                await requests.WriteAsync(Request(call, isLast: i == call.Requests));
            await requests.CompleteAsync();
        }
        catch (Exception exception) when (exception is RpcException or InvalidOperationException or IOException)
        {
        }
    }
}
