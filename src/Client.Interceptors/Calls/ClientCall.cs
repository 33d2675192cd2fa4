using System.Diagnostics;
using Grpc.Core;

namespace Interceptors.Client;

/// <summary>
/// A call that is observed, from its start to its one end. What a call's end is, by kind: a unary or client streaming call ends
/// with its response; a call that streams responses ends when reading says so or fails. All of them end when they are disposed, and
/// a stream that its caller abandoned ends with its cancellation, its deadline, or at the latest when it is collected.
/// </summary>
public class ClientCall
{
    private readonly ClientInterceptor _interceptor;
    private int _ended;
    private int _sent;
    private int _received;

    internal ClientCall(ClientInterceptor interceptor, scoped in OutgoingCall call)
    {
        _interceptor = interceptor;
        Method = call.Method;
        Host = call.Host;
        Options = call.Options;
        Inside = call.Inside;
        StartTimestamp = Stopwatch.GetTimestamp();
        Notify(static (interceptor, call) => interceptor.OnStart(call));
    }

    /// <summary>The method that is called.</summary>
    public IMethod Method { get; }

    /// <summary>The host that the caller chose; null for the channel's own.</summary>
    public string? Host { get; }

    /// <summary>The metadata that was sent, as far as this interceptor knows it; null if none. Not to be written to.</summary>
    public Metadata? Headers => Options.Headers;

    /// <summary>When the caller stops waiting, in UTC; null if it waits for ever.</summary>
    public DateTime? Deadline => Options.Deadline;

    /// <summary>The call credentials; null if there are none.</summary>
    public CallCredentials? Credentials => Options.Credentials;

    internal CallOptions Options { get; }

    /// <summary>What the call runs through inside of all steps; null if nothing.</summary>
    internal InsideInterceptor? Inside { get; }

    /// <summary>When the call began, as a <see cref="Stopwatch"/> timestamp.</summary>
    public long StartTimestamp { get; }

    /// <summary>How long the call took; zero before its end.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>How the call ended; <see cref="Status.DefaultSuccess"/> before its end.</summary>
    public Status Status { get; private set; }

    /// <summary>The request messages that were handed over to be sent.</summary>
    public int MessagesSent => Volatile.Read(ref _sent);

    /// <summary>The response messages that the caller has received.</summary>
    public int MessagesReceived => Volatile.Read(ref _received);

    internal void Sent() => Interlocked.Increment(ref _sent);

    internal void Received() => Interlocked.Increment(ref _received);

    /// <summary>Ends the call, if it has not ended yet: the interceptor is told once.</summary>
    internal void End(Status status)
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
            return;
        Status = status;
        Elapsed = Stopwatch.GetElapsedTime(StartTimestamp);
        Release();
        Notify(static (interceptor, call) => interceptor.OnEnd(call));
    }

    /// <summary>Whether an interceptor wants a failed unary call sent again.</summary>
    internal bool Reissues(RpcException error)
    {
        var reissues = false;
        Notify((interceptor, call) => reissues = interceptor.Reissues(call, error));
        return reissues;
    }

    /// <summary>
    /// Ends the call with the status of an exception. Always false, to be used as an exception filter: it takes note while
    /// the exception passes, so that nothing is thrown twice.
    /// </summary>
    internal bool Failed(Exception exception)
    {
        End(exception switch
        {
            RpcException rpc => rpc.Status,
            OperationCanceledException => new Status(StatusCode.Cancelled, "The call was cancelled.", exception),
            _ => new Status(StatusCode.Unknown, "The call failed outside of gRPC.", exception),
        });
        return false;
    }

    /// <summary>Lets go of what waited for the end.</summary>
    private protected virtual void Release()
    {
    }

    /// <summary>An observer that throws must not break the call. Logging may be what threw, so the report goes elsewhere.</summary>
    private void Notify(Action<ClientInterceptor, ClientCall> notify)
    {
        try
        {
            notify(_interceptor, this);
        }
        catch (Exception exception)
        {
            Trace.TraceError("An observer of {0} threw: {1}", Method.FullName, exception);
        }
    }
}
