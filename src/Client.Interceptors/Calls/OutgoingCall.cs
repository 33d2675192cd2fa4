using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Propagation;

namespace Interceptors.Client;

/// <summary>
/// A call that is about to be sent, as the preparing steps see and change it. All steps of a group share one: whichever
/// first writes metadata makes the one copy.
/// </summary>
public ref struct OutgoingCall
{
    private CallOptions _options;
    private bool _ownsHeaders;

    internal OutgoingCall(IMethod method, string? host, CallOptions options, object? request)
    {
        Method = method;
        Host = host;
        Request = request;
        _options = options;
    }

    /// <summary>The method that is called.</summary>
    public IMethod Method { get; }

    /// <summary>The host that the caller chose; null for the channel's own.</summary>
    public string? Host { get; }

    /// <summary>The request message; null where requests are streamed.</summary>
    public object? Request { get; }

    /// <summary>Deadline, cancellation, credentials, write options and headers. To change headers use <see cref="EditHeaders"/>.</summary>
    public CallOptions Options
    {
        readonly get => _options;
        set
        {
            _ownsHeaders &= ReferenceEquals(value.Headers, _options.Headers);
            _options = value;
        }
    }

    /// <summary>The metadata as it stands, to read; null if there is none. It may be the caller's own.</summary>
    public readonly Metadata? Headers => _options.Headers;

    /// <summary>
    /// Chooses the write options of each message where requests are streamed: gets the message and what the caller chose for it. Null leaves
    /// them to the caller.
    /// </summary>
    internal Func<object?, WriteOptions?, WriteOptions?>? MessageWriteOptions { readonly get; set; }

    /// <summary>
    /// What the call runs through inside of all steps, each time it is sent: for a step that must see how sending begins, or wait
    /// before it. Null if nothing does; there is room for one.
    /// </summary>
    internal InsideInterceptor? Inside { readonly get; set; }

    /// <summary>The metadata to write to: a copy, made once a call, because the caller's own may be shared by many calls.</summary>
    public Metadata EditHeaders()
    {
        if (!_ownsHeaders)
        {
            _options = _options.WithHeaders(_options.Headers.Copy());
            _ownsHeaders = true;
        }
        return _options.Headers!;
    }

    /// <summary>The call's context as prepared.</summary>
    internal readonly ClientInterceptorContext<TRequest, TResponse> In<TRequest, TResponse>(ClientInterceptorContext<TRequest, TResponse> context)
        where TRequest : class
        where TResponse : class => new(context.Method, context.Host, _options);
}
