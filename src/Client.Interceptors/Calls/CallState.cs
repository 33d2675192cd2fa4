using System.Diagnostics;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Propagation;

namespace Interceptors.Client;

/// <summary>
/// The state of one call, from its preparation to its end. Interceptors see it as an <see cref="OutgoingCall"/> first and then as a
/// <see cref="ClientCall"/>. A struct, which saves each unary call an object of some 220 bytes.
/// </summary>
internal struct CallState
{
    private readonly ClientInterceptor _interceptor;

    // The caller's options, taken apart: steps change one at a time, and would copy all of them each time.
    private CancellationToken _cancellationToken;
    private ContextPropagationToken? _propagationToken;
    private Metadata? _headers;
    private bool _isWaitForReady;
    private bool _ownsHeaders;
    private JoinedCancellation? _joined;

    public CallState(ClientInterceptor interceptor, IMethod method, string? host, CallOptions options, object? request)
    {
        _interceptor = interceptor;
        Method = method;
        Host = host;
        Request = request;
        Options = options;
    }

    public IMethod Method { get; }

    public string? Host { get; }

    public object? Request { readonly get; set; }

    public PreparingCall? Preparing { readonly get; private set; }

    public Func<object?, WriteOptions?, WriteOptions?>? MessageWriteOptions { readonly get; set; }

    public string? RootTraceId { readonly get; set; }

    public long StartTimestamp { readonly get; private set; }

    public TimeSpan Elapsed { readonly get; private set; }

    /// <summary>What is noted of the call on its way; null if nobody is to read it.</summary>
    public CallNotes? Notes { readonly get; private set; }

    /// <summary>Set at the end by who makes one.</summary>
    public CallExplanation? Explanation { readonly get; set; }

    public Status Status { readonly get; private set; }

    // Fields, for Interlocked: streams count from several threads.
    public int Sent;
    public int Received;

    public Metadata? Headers
    {
        readonly get => _headers;
        set
        {
            _ownsHeaders &= ReferenceEquals(value, _headers);
            _headers = value;
        }
    }

    public DateTime? Deadline { readonly get; set; }

    public CallCredentials? Credentials { readonly get; set; }

    public WriteOptions? WriteOptions { readonly get; set; }

    public CallOptions Options
    {
        readonly get => _isWaitForReady ? PutTogether().WithWaitForReady() : PutTogether();
        set
        {
            Headers = value.Headers;
            Deadline = value.Deadline;
            Credentials = value.Credentials;
            WriteOptions = value.WriteOptions;
            _cancellationToken = value.CancellationToken;
            _propagationToken = value.PropagationToken;
            _isWaitForReady = value.IsWaitForReady;
        }
    }

    public Metadata EditHeaders()
    {
        if (!_ownsHeaders)
        {
            _headers = _headers.Copy();
            _ownsHeaders = true;
        }
        return _headers!;
    }

    /// <summary>Has the call prepared.</summary>
    /// <returns>What the call has to wait for before it is sent; null if for nothing.</returns>
    public DeferredStart? Prepare()
    {
        var call = new OutgoingCall(ref this);
        _interceptor.Prepare(ref call);
        if ((_interceptor.Steps & ClientInterceptorSteps.PrepareAsync) == 0)
            return null;
        Preparing = new PreparingCall(Method, Host, Request, EditHeaders(), Options);
        return PrepareAsync();
    }

    /// <summary>Has a call prepared that is to be sent again.</summary>
    public readonly DeferredStart? PrepareAgain()
    {
        if (Preparing is null)
            return null;
        Preparing.Reset();
        return PrepareAsync();
    }

    /// <summary>Whether the interceptor wants to be told of the call, or something is to be released at its end.</summary>
    public bool IsObserved() => _interceptor.Observes(new OutgoingCall(ref this)) || _joined is not null;

    /// <summary>Cancels the call when the call being handled is over.</summary>
    public void CancelWith(IncomingCall incoming)
    {
        if (incoming.IsCancelledWith(_cancellationToken) || incoming.CancellationToken is not { CanBeCanceled: true } over)
            return;
        _joined = _cancellationToken.CanBeCanceled ? new JoinedCancellation(_cancellationToken, over) : null;
        _cancellationToken = _joined?.Token ?? over;
    }

    /// <summary>The call's context as it is to be sent, once more perhaps.</summary>
    public readonly ClientInterceptorContext<TRequest, TResponse> In<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context)
        where TRequest : class
        where TResponse : class => new(context.Method, context.Host, Options);

    /// <summary>What sends the call finds its notes until the result is disposed.</summary>
    public readonly NotedSend Noted() => new(_interceptor, Notes);

    /// <summary>The call begins: tells the interceptor.</summary>
    public void Start()
    {
        StartTimestamp = TimeProvider.System.GetTimestamp();
        Notes = (_interceptor.Steps & ClientInterceptorSteps.Explain) != 0 ? new CallNotes(_interceptor.ServerTags) : CallNotes.Current;
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
        Elapsed = TimeProvider.System.GetElapsedTime(StartTimestamp);
        _joined?.Release();
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
    public bool Failed(Exception exception, Status? ofCall = null)
    {
        OutgoingFailure.Mark(exception);
        End(StatusOf(exception, ofCall));
        Explanation?.Attach(exception);
        return false;
    }

    /// <summary>The status that an exception stands for; <paramref name="ofCall"/> is that of the call object, if it has one.</summary>
    public readonly Status StatusOf(Exception exception, Status? ofCall) => StatusOf(exception, ofCall, Deadline, _cancellationToken);

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

    /// <summary>
    /// The status that an exception stands for. With <c>ThrowOperationCanceledOnCancellation</c> a passed deadline reads as an
    /// OperationCanceledException too, so the call object is asked, or else the clock.
    /// </summary>
    public static Status StatusOf(Exception exception, Status? ofCall, DateTime? deadline, CancellationToken cancellationToken) =>
        exception switch
        {
            RpcException rpc => rpc.Status,
            OperationCanceledException when ofCall is { StatusCode: not StatusCode.OK } status => status,
            OperationCanceledException when !cancellationToken.IsCancellationRequested && HasPassed(deadline) =>
                new Status(StatusCode.DeadlineExceeded, "The deadline passed.", exception),
            OperationCanceledException => new Status(StatusCode.Cancelled, "The call was cancelled.", exception),
            _ => new Status(StatusCode.Unknown, "The call failed outside of gRPC.", exception),
        };

    public static bool HasPassed(DateTime? deadline) =>
        deadline is { } end && end != DateTime.MaxValue && end.ToUniversalTime() <= TimeProvider.System.GetUtcNow().UtcDateTime;

    private readonly DeferredStart? PrepareAsync()
    {
        ValueTask pending;
        try
        {
            pending = _interceptor.PrepareAsync(Preparing!);
        }
        catch (Exception exception)
        {
            pending = ValueTask.FromException(exception);
        }
        return pending.IsCompletedSuccessfully ? null : new DeferredStart(pending.AsTask(), Preparing!, Options);
    }

    private readonly CallOptions PutTogether() =>
        new(_headers, Deadline, _cancellationToken, WriteOptions, _propagationToken, Credentials);

    /// <summary>An observer that throws must not break the call. Logging may be what threw, so the report goes elsewhere.</summary>
    private readonly void Report(Exception exception) => Trace.TraceError("An observer of {0} threw: {1}", Method.FullName, exception);
}
