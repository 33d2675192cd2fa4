using System.Diagnostics;
using System.Diagnostics.Metrics;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Propagation;
using Microsoft.Extensions.Logging;

namespace Interceptors.Benchmarks;

/// <summary>
/// What a careful engineer writes by hand when one interceptor must do it all, for unary calls only: trace id, timing, deadline, a
/// cached token as call credentials, compression. The yardstick for the standard stack.
/// </summary>
internal sealed class HandWritten(ILogger logger, Histogram<double> duration) : Interceptor
{
    private static readonly CallCredentials Token = CallCredentials.FromInterceptor(static (_, metadata) =>
    {
        metadata.Add("authorization", "Bearer token");
        return Task.CompletedTask;
    });

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var options = context.Options;
        var headers = new Metadata();
        for (var i = 0; i < (options.Headers?.Count ?? 0); i++)
            headers.Add(options.Headers![i]);
        if (headers.GetValue(TraceId.DefaultKey) is null)
            headers.Add(TraceId.DefaultKey, IncomingCall.Current?.TraceId ?? TraceId.Create());
        if (headers.Get("grpc-internal-encoding-request") is null)
            headers.Add("grpc-internal-encoding-request", "gzip");
        options = options.WithHeaders(headers);
        if (options.Deadline is null)
            options = options.WithDeadline(DateTime.UtcNow.AddSeconds(30));
        if (options.Credentials is null && headers.Get("authorization") is null)
            options = options.WithCredentials(Token);

        var started = Stopwatch.GetTimestamp();
        var call = continuation(request, new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, options));
        return new AsyncUnaryCall<TResponse>(
            Time(call.ResponseAsync, context.Method.FullName, started),
            static call => ((AsyncUnaryCall<TResponse>)call).ResponseHeadersAsync,
            static call => ((AsyncUnaryCall<TResponse>)call).GetStatus(),
            static call => ((AsyncUnaryCall<TResponse>)call).GetTrailers(),
            static call => ((AsyncUnaryCall<TResponse>)call).Dispose(),
            call);
    }

    private async Task<TResponse> Time<TResponse>(Task<TResponse> response, string method, long started)
    {
        try
        {
            var result = await response.ConfigureAwait(false);
            Ended(method, StatusCode.OK, started);
            return result;
        }
        catch (RpcException exception)
        {
            Ended(method, exception.StatusCode, started);
            throw;
        }
    }

    private void Ended(string method, StatusCode status, long started)
    {
        var elapsed = Stopwatch.GetElapsedTime(started);
        if (duration.Enabled)
            duration.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("rpc.method", method));
        if (logger.IsEnabled(LogLevel.Debug))
            logger.LogDebug("{Method} {Status} in {Elapsed} ms", method, status, elapsed.TotalMilliseconds);
    }
}
