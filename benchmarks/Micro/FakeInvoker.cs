using Grpc.Core;

namespace Interceptors.Benchmarks;

/// <summary>Answers a unary call at once, or when told to, without a network: what is left is the interceptors' own cost.</summary>
internal sealed class FakeInvoker(bool later) : CallInvoker
{
    private static readonly Method<string, string> Method = new(
        MethodType.Unary, "bench.Service", "Call", Marshallers.StringMarshaller, Marshallers.StringMarshaller);

    private static readonly Task<Metadata> Headers = Task.FromResult(new Metadata());

    private readonly Task<string> _ready = Task.FromResult("response");
    private TaskCompletionSource<string>? _pending;

    /// <summary>Makes a call through what lies around this, and answers it.</summary>
    public Task<string> CallAsync(CallInvoker outermost)
    {
        var call = outermost.AsyncUnaryCall(Method, null, default, "request");
        if (later)
            _pending!.SetResult("response");
        return call.ResponseAsync;
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        // As grpc-dotnet does over TLS before it gives a call back.
        options.Credentials?.InternalPopulateConfiguration(Configurator.Instance, null);
        Task<string> response = _ready;
        if (later)
        {
            _pending = new TaskCompletionSource<string>();
            response = _pending.Task;
        }
        return new AsyncUnaryCall<TResponse>(
            (Task<TResponse>)(object)response, static _ => Headers, static _ => Status.DefaultSuccess, static _ => Metadata.Empty,
            static _ => { }, this);
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

    private sealed class Configurator : CallCredentialsConfiguratorBase
    {
        public static readonly Configurator Instance = new();

        private static readonly AuthInterceptorContext Context = new("https://bench/bench.Service", "Call");

        public override void SetCompositeCredentials(object? state, IReadOnlyList<CallCredentials> credentials)
        {
        }

        // Reused: what the transport needs for a call is not the interceptors' cost.
        private readonly Metadata _added = [];

        public override void SetAsyncAuthInterceptorCredentials(object? state, AsyncAuthInterceptor interceptor)
        {
            _added.Clear();
            interceptor(Context, _added).GetAwaiter().GetResult();
        }
    }
}
