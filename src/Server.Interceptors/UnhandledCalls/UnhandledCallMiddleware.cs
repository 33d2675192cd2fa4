using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Interceptors.Server;

/// <summary>Observes the end of every gRPC request and reports the calls that no interceptor has reported.</summary>
internal sealed class UnhandledCallMiddleware(RequestDelegate next, UnhandledCallReporter unhandled)
{
    // No asynchronous method, which would cost each call more than what is done here: most requests end before this does. All requests are
    // observed, since JSON transcoding takes any HTTP method, and only routing knows which ones.
    public Task InvokeAsync(HttpContext context)
    {
        GrpcTimeout.RemoveMalformed(context.Request);
        var started = TimeProvider.System.GetTimestamp();
        var record = DeferredCallReport.Begin(context);
        Task running;
        try
        {
            running = next(context);
        }
        catch (Exception exception)
        {
            running = Task.FromException(exception);
        }
        if (!running.IsCompleted || (!record.IsReported && ResponseStatus.MayBeBroken(context)))
            return ObserveLaterAsync(running, context, record, started);
        End(context, record, EndedTask.ErrorOf(running), TimeProvider.System.GetElapsedTime(started));
        return running;
    }

    private async Task ObserveLaterAsync(Task running, HttpContext context, DeferredCallReport record, long started)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var elapsed = TimeProvider.System.GetElapsedTime(started);
        if (!record.IsReported && ResponseStatus.MayBeBroken(context))
            await PendingCancellation.LetArriveAsync(context.RequestAborted).ConfigureAwait(false);
        End(context, record, EndedTask.ErrorOf(running), elapsed);
        await running.ConfigureAwait(false);
    }

    // A report that fails must not change the call. Logging may be what threw, so this goes to Trace.
    private void End(HttpContext context, DeferredCallReport record, Exception? error, TimeSpan elapsed)
    {
        try
        {
            if (record.IsKept)
                record.ReportKept(context, error, elapsed);
            else if (!record.IsReported)
                unhandled.Report(context, error, elapsed);
        }
        catch (Exception exception)
        {
            Trace.TraceError("The report of a gRPC call failed: {0}", exception);
        }
        record.End(context);
    }
}
