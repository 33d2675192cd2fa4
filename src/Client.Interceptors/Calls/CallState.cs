using System.Diagnostics;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Interceptors.Client;

/// <summary>What is known of an observed call, wherever it is kept: unary calls need no object for it.</summary>
internal struct CallState
{
    private readonly ClientInterceptor _interceptor;

    public CallState(ClientInterceptor interceptor, scoped in OutgoingCall call)
    {
        _interceptor = interceptor;
        Method = call.Method;
        Host = call.Host;
        Options = call.Options;
        Inside = call.Inside;
        StartTimestamp = Stopwatch.GetTimestamp();
    }

    public IMethod Method { get; }

    public string? Host { get; }

    public CallOptions Options { get; set; }

    public InsideInterceptor? Inside { get; }

    public long StartTimestamp { get; }

    public TimeSpan Elapsed { get; private set; }

    public Status Status { get; private set; }

    // Fields, for Interlocked: streams count from several threads.
    public int Sent;
    public int Received;

    /// <summary>The call's context as it is to be sent, once more perhaps.</summary>
    public readonly ClientInterceptorContext<TRequest, TResponse> In<TRequest, TResponse>(ClientInterceptorContext<TRequest, TResponse> context)
        where TRequest : class
        where TResponse : class => new(context.Method, context.Host, Options);

    /// <summary>Tells the interceptor that the call begins.</summary>
    public void Start()
    {
        try
        {
            _interceptor.OnStart(new ClientCall(ref this));
        }
        catch (Exception exception)
        {
            Report(exception);
        }
    }

    /// <summary>Ends the call and tells the interceptor. Whoever calls this does so once.</summary>
    public void End(Status status)
    {
        Status = status;
        Elapsed = Stopwatch.GetElapsedTime(StartTimestamp);
        try
        {
            _interceptor.OnEnd(new ClientCall(ref this));
        }
        catch (Exception exception)
        {
            Report(exception);
        }
    }

    /// <summary>A call with one response has got it.</summary>
    public void Succeeded()
    {
        Received = 1;
        End(Status.DefaultSuccess);
    }

    /// <summary>
    /// Ends the call with the status of an exception. Always false, to be used as an exception filter: it takes note while
    /// the exception passes, so that nothing is thrown twice.
    /// </summary>
    public bool Failed(Exception exception)
    {
        End(StatusOf(exception));
        return false;
    }

    /// <summary>Whether an interceptor wants a failed unary call sent again.</summary>
    public bool Reissues(RpcException error)
    {
        try
        {
            return _interceptor.Reissues(new ClientCall(ref this), error);
        }
        catch (Exception exception)
        {
            Report(exception);
            return false;
        }
    }

    public static Status StatusOf(Exception exception) => exception switch
    {
        RpcException rpc => rpc.Status,
        OperationCanceledException => new Status(StatusCode.Cancelled, "The call was cancelled.", exception),
        _ => new Status(StatusCode.Unknown, "The call failed outside of gRPC.", exception),
    };

    /// <summary>An observer that throws must not break the call. Logging may be what threw, so the report goes elsewhere.</summary>
    private readonly void Report(Exception exception) => Trace.TraceError("An observer of {0} threw: {1}", Method.FullName, exception);
}
