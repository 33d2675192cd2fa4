using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Interceptors.Server;

/// <summary>Sees the end of every gRPC request, and has those reported that no interceptor could.</summary>
internal sealed class UnseenCallsMiddleware(RequestDelegate next, UnseenCalls unseen)
{
    // A gRPC method that is called with another content type is answered with an error of gRPC, too.
    public Task InvokeAsync(HttpContext context) =>
        HttpMethods.IsPost(context.Request.Method) || UnseenCalls.IsGrpc(context.Request) ? ObserveAsync(context) : next(context);

    private async Task ObserveAsync(HttpContext context)
    {
        var started = Stopwatch.GetTimestamp();
        var record = new CallRecord();
        context.Features.Set(record);
        Exception? error = null;
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            error = exception;
            throw;
        }
        finally
        {
            var elapsed = Stopwatch.GetElapsedTime(started);
            if (!record.IsReported && FinalStatus.MayBeBroken(context))
                await CallerCancellation.LetArriveAsync(context.RequestAborted).ConfigureAwait(false);
            End(context, record, error, elapsed);
        }
    }

    /// <summary>What is only told must not change the call. Logging may be what threw, so the report goes elsewhere.</summary>
    private void End(HttpContext context, CallRecord record, Exception? error, TimeSpan elapsed)
    {
        try
        {
            if (record.IsKept)
                record.ReportKept(FinalStatus.Of(context, error, elapsed));
            else if (!record.IsReported)
                unseen.Report(context, error, elapsed);
        }
        catch (Exception exception)
        {
            Trace.TraceError("The report of a gRPC call failed: {0}", exception);
        }
    }
}
