using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Interceptors.Server;

/// <summary>
/// All interceptors of the builder as the one that gRPC knows. Each call runs through what there was when it began; what is made anew
/// for changed options takes the place of the old for calls that begin later.
/// </summary>
internal sealed partial class ServerPipeline : Interceptor, IDisposable
{
    private readonly Lock _changing = new();
    private readonly List<IDisposable> _following = [];
    private readonly ServerInterceptorRegistration[] _registrations;
    private readonly IReadOnlyList<OrderedServerInterceptor>[] _made;
    private readonly ILogger _logger;
    private volatile MethodInterceptors _methods;

    public ServerPipeline(
        IEnumerable<ServerInterceptorRegistration> registrations, IServiceProvider services, ILogger<ServerPipeline> logger)
    {
        _logger = logger;
        _registrations = [.. registrations];
        _made = new IReadOnlyList<OrderedServerInterceptor>[_registrations.Length];
        lock (_changing)
        {
            foreach (var (place, registration) in _registrations.Index())
            {
                // Before it is made, so that no change gets lost in between.
                if (registration.Follow?.Invoke(
                    services, made => Change(place, made), exception => Refuse(place, exception)) is { } following)
                    _following.Add(following);
                _made[place] = registration.Create(services);
            }

            _methods = new MethodInterceptors(_registrations, _made);
        }
    }

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        _methods.Of(context).UnaryServerHandler(request, context, continuation);

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        _methods.Of(context).ClientStreamingServerHandler(requestStream, context, continuation);

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        _methods.Of(context).ServerStreamingServerHandler(request, responseStream, context, continuation);

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        _methods.Of(context).DuplexStreamingServerHandler(requestStream, responseStream, context, continuation);

    public void Dispose()
    {
        foreach (var following in _following)
            following.Dispose();
    }

    private void Change(int place, IReadOnlyList<OrderedServerInterceptor> made)
    {
        lock (_changing)
        {
            _made[place] = made;
            _methods = new MethodInterceptors(_registrations, _made);
        }

        LogReloaded(_logger, _registrations[place].Type.Name);
    }

    private void Refuse(int place, Exception exception) => LogReloadFailed(
        // Of other exceptions, such as those of binding, the message quotes values.
        _logger, _registrations[place].Type.Name,
        exception is OptionsValidationException or ArgumentException ? SafeText.Of(exception.Message) : exception.GetType().Name);
}
