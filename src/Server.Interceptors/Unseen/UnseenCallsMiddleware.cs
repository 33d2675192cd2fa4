using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Interceptors.Server;

/// <summary>Sees the end of every gRPC request, and has those reported that no interceptor could.</summary>
internal sealed class UnseenCallsMiddleware(RequestDelegate next, UnseenCalls unseen)
{
    // A gRPC method that is called with another content type is answered with an error of gRPC, too.
    public Task InvokeAsync(HttpContext context) =>
        HttpMethods.IsPost(context.Request.Method) || UnseenCalls.IsGrpc(context.Request) ? Observe(context) : next(context);

    // No asynchronous method, which would cost each call more than what is done here: most requests end before this does.
    private Task Observe(HttpContext context)
    {
        var started = Stopwatch.GetTimestamp();
        var record = CallRecord.Begin(context);
        Task running;
        try
        {
            running = next(context);
        }
        catch (Exception exception)
        {
            running = Task.FromException(exception);
        }
        if (!running.IsCompleted || (!record.IsReported && FinalStatus.MayBeBroken(context)))
            return ObserveLaterAsync(running, context, record, started);
        End(context, record, ErrorOf(running), Stopwatch.GetElapsedTime(started));
        return running;
    }

    private async Task ObserveLaterAsync(Task running, HttpContext context, CallRecord record, long started)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var elapsed = Stopwatch.GetElapsedTime(started);
        if (!record.IsReported && FinalStatus.MayBeBroken(context))
            await CallerCancellation.LetArriveAsync(context.RequestAborted).ConfigureAwait(false);
        End(context, record, ErrorOf(running), elapsed);
        await running.ConfigureAwait(false);
    }

    /// <summary>What is only told must not change the call. Logging may be what threw, so the report goes elsewhere.</summary>
    private void End(HttpContext context, CallRecord record, Exception? error, TimeSpan elapsed)
    {
        try
        {
            if (record.IsKept)
                record.ReportKept(context, error, elapsed);
            else if (!record.IsReported)
                unseen.Report(context, error, elapsed);
        }
        catch (Exception exception)
        {
            Trace.TraceError("The report of a gRPC call failed: {0}", exception);
        }
        record.End(context);
    }

    /// <summary>What the request threw.</summary>
    private static Exception? ErrorOf(Task ended) => ended.IsCompletedSuccessfully
        ? null
        : ended.Exception?.InnerException ?? new OperationCanceledException();
}
