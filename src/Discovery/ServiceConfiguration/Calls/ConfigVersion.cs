using Grpc.Core;

namespace Interceptors.Discovery;

/// <summary>A service config and the channel that its calls go over.</summary>
internal sealed record ConfigVersion(ServiceConfigDocument Document, CountedChannel Channel)
{
    /// <summary>The method and options of a call, as the config wants them.</summary>
    public Method<TRequest, TResponse> Configure<TRequest, TResponse>(Method<TRequest, TResponse> method, ref CallOptions options)
    {
        if (Document.For(method) is not { } settings)
            return method;
        if (settings.Timeout is { } timeout)
            options = Shorten(options, timeout);
        // What a caller wants stays. That he wants it not to wait can't be told from his not saying.
        if (settings.WaitForReady && !options.IsWaitForReady)
            options = options.WithWaitForReady();
        return Channel.Methods.Limit(method, settings.MaxRequestBytes, settings.MaxResponseBytes);
    }

    /// <summary>The earlier of the two deadlines. A caller's that the library will refuse (local time) is left to it if it is earlier.</summary>
    private static CallOptions Shorten(CallOptions options, TimeSpan timeout)
    {
        var now = DateTime.UtcNow;
        if (timeout >= DateTime.MaxValue - now)
            return options;
        var deadline = now + timeout;
        return options.Deadline is not { } callers || callers == DateTime.MaxValue
               || (callers != DateTime.MinValue && callers.ToUniversalTime() > deadline)
            ? options.WithDeadline(deadline)
            : options;
    }
}
