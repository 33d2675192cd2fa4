using System.Collections;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Propagation;
using Microsoft.Extensions.Logging;

namespace Interceptors.Benchmarks;

/// <summary>
/// What a careful engineer writes by hand when one interceptor must do it all, for unary calls only: trace id in header, scope, tag and
/// ambient call, timing, recovery; without an asynchronous method where the handler is synchronous. The yardstick for the standard stack.
/// </summary>
internal sealed class HandWrittenServer(ILogger logger, Histogram<double> duration) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        var started = Stopwatch.GetTimestamp();
        var outside = ExecutionContext.Capture();
        var traceId = TraceId.Resolve(context.RequestHeaders.GetValue(TraceId.DefaultKey));
        IncomingCall.Current = new IncomingCall(
            context.RequestHeaders, traceId, context.Deadline == DateTime.MaxValue ? null : context.Deadline);
        context.GetHttpContext().Response.Headers[TraceId.DefaultKey] = traceId;
        if (Activity.Current is { IsAllDataRequested: true } activity)
            activity.SetTag("rpc.request.metadata.x-trace-id", traceId);
        var scope = logger.BeginScope(new Scope(traceId));
        Task<TResponse> handling;
        try
        {
            handling = continuation(request, context);
        }
        catch (Exception exception)
        {
            handling = Task.FromException<TResponse>(exception);
        }
        if (!handling.IsCompletedSuccessfully)
            handling = AwaitAsync(handling, context, traceId, started, scope);
        else
            Ended(context, StatusCode.OK, started, scope);
        ExecutionContext.Restore(outside!);
        return handling;
    }

    private async Task<TResponse> AwaitAsync<TResponse>(
        Task<TResponse> handling, ServerCallContext context, string traceId, long started, IDisposable? scope)
    {
        try
        {
            var response = await handling.ConfigureAwait(false);
            Ended(context, StatusCode.OK, started, scope);
            return response;
        }
        catch (RpcException exception)
        {
            Ended(context, exception.StatusCode, started, scope);
            throw;
        }
        catch (Exception exception)
        {
            logger.LogError(exception, "{Method} failed", context.Method);
            Ended(context, StatusCode.Internal, started, scope);
            throw new RpcException(new Status(StatusCode.Internal, $"The server failed to handle the call. Trace id: {traceId}"));
        }
    }

    private void Ended(ServerCallContext context, StatusCode status, long started, IDisposable? scope)
    {
        if (context.CancellationToken.IsCancellationRequested)
            status = StatusCode.Cancelled;
        if (Activity.Current is { IsAllDataRequested: true } activity)
            activity.SetTag("rpc.response.status_code", status);
        if (duration.Enabled)
            duration.Record(
                Stopwatch.GetElapsedTime(started).TotalSeconds, new KeyValuePair<string, object?>("rpc.method", context.Method));
        if (logger.IsEnabled(LogLevel.Information))
            logger.LogInformation(
                "{Method} {Status} in {Elapsed} ms", context.Method, status, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        scope?.Dispose();
    }

    private readonly struct Scope(string traceId) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        public int Count => 1;

        public KeyValuePair<string, object?> this[int index] => new(TraceId.DefaultKey, traceId);

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
        {
            yield return this[0];
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
