using System.Text.Json.Nodes;
using Grpc.Core;
using Grpc.Net.Client;

namespace Interceptors.Discovery;

/// <summary>
/// A GrpcChannel and the service config that it was made for. What GrpcChannel reads only once (retries, hedging, throttling) takes a
/// new one, over the same handler, so that no connection is made; calls that run stay on theirs.
/// </summary>
internal sealed record ConfiguredChannel(ServiceConfigDocument Document, GrpcChannel Channel, CallInvoker Invoker, LimitedMethods Methods)
{
    /// <summary>The method and options of a call, as the config wants them.</summary>
    public Method<TRequest, TResponse> Configure<TRequest, TResponse>(Method<TRequest, TResponse> method, ref CallOptions options)
    {
        if (Document.For(method) is not { } settings)
            return method;
        if (settings.Timeout is { } timeout)
            options = Shorten(options, timeout);
        // What a caller wants stays. That it wants the call not to wait can't be told from its not saying so.
        if (settings.WaitForReady && !options.IsWaitForReady)
            options = options.WithWaitForReady();
        return Methods.Limit(method, settings.MaxRequestBytes, settings.MaxResponseBytes);
    }

    /// <summary>Whether the channel can follow another config by itself.</summary>
    public bool CanFollow(ServiceConfigDocument next) => JsonNode.DeepEquals(next.ChannelPart, Document.ChannelPart);

    /// <summary>
    /// The earlier of the two deadlines. A caller's that the library will refuse (local time) is left to it if it is earlier.
    /// </summary>
    private static CallOptions Shorten(CallOptions options, TimeSpan timeout)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        if (timeout >= DateTime.MaxValue - now)
            return options;
        var deadline = now + timeout;
        return options.Deadline is not { } callers || callers == DateTime.MaxValue
               || (callers != DateTime.MinValue && callers.ToUniversalTime() > deadline)
            ? options.WithDeadline(deadline)
            : options;
    }
}
