using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Interceptors.Client;

/// <summary>
/// The interceptors of a client as one, made anew where their options change: a call runs through those that there were when it began.
/// Only those whose options changed are made anew, so the others keep what they know, such as open circuits.
/// </summary>
internal sealed partial class ConfiguredInterceptor : Interceptor, IDisposable
{
    private readonly Lock _lock = new();
    private readonly string _client;
    private readonly IReadOnlyList<Member> _members;
    private readonly ILogger _logger;
    private volatile Interceptor _current;
    private bool _isDisposed;

    public ConfiguredInterceptor(string client, IReadOnlyList<Member> members, ILogger? logger)
    {
        _client = client;
        _members = members;
        _logger = logger ?? NullLogger.Instance;
        foreach (var member in members)
            member.Make(Renew);
        _current = Combine();
    }

    public Interceptor Current => _current;

    /// <summary>Whether it can ever change.</summary>
    public bool Follows => _members.Any(member => member.Follows);

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        BlockingUnaryCallContinuation<TRequest, TResponse> continuation) => _current.BlockingUnaryCall(request, context, continuation);

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        AsyncUnaryCallContinuation<TRequest, TResponse> continuation) => _current.AsyncUnaryCall(request, context, continuation);

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) =>
        _current.AsyncServerStreamingCall(request, context, continuation);

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation) =>
        _current.AsyncClientStreamingCall(context, continuation);

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation) =>
        _current.AsyncDuplexStreamingCall(context, continuation);

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            foreach (var member in _members)
                member.Forget();
        }
    }

    private Interceptor Combine() => ClientInterceptors.Combine(_members.Select(member => member.Interceptor));

    private void Renew(Member member)
    {
        lock (_lock)
        {
            if (_isDisposed)
                return;
            try
            {
                member.Make(Renew);
                _current = Combine();
            }
            catch (Exception exception)
            {
                // Whoever told of the change must not fail for it; the ones before stay in force.
                LogRefused(_logger, _client, exception.Message);
                return;
            }
        }
        LogChanged(_logger, _client);
    }

    /// <summary>One interceptor of the set.</summary>
    /// <param name="open">What it is made from, anew each time.</param>
    /// <param name="create">Makes it.</param>
    internal sealed class Member(Func<ClientInterceptorContext> open, Func<ClientInterceptorContext, Interceptor> create)
    {
        private readonly List<IDisposable> _watches = [];

        public Interceptor Interceptor { get; private set; } = null!;

        public bool Follows => _watches.Count > 0;

        /// <summary>Makes it. Where its options are wrong the one before stays, and the next change is watched for all the same.</summary>
        public void Make(Action<Member> onChanged)
        {
            var context = open();
            try
            {
                Interceptor = create(context);
            }
            finally
            {
                Forget();
                foreach (var change in context.Changes)
                    _watches.Add(change.RegisterChangeCallback(_ => onChanged(this), null));
            }
        }

        public void Forget()
        {
            foreach (var watch in _watches)
                watch.Dispose();
            _watches.Clear();
        }
    }
}
