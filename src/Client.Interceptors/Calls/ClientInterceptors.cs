using Grpc.Core.Interceptors;
using Interceptors.Propagation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Interceptors.Client;

/// <summary>Puts client interceptors together without DI.</summary>
public static class ClientInterceptors
{
    /// <summary>
    /// The standard set in the right order, as <c>AddStandardInterceptors</c> registers it in DI: trace metadata, timing, deadline,
    /// resilience (when it was configured), compression, fallback token (when there is a source of tokens).
    /// </summary>
    /// <param name="loggerFactory">Makes the loggers; null logs nothing.</param>
    /// <param name="configure">Changes the options.</param>
    /// <param name="channel">
    /// What is known of the channel that it is made for, such as <c>discoveryChannel.Description</c>; null if nothing, or if it is for
    /// several.
    /// </param>
    /// <exception cref="ArgumentException">An option is wrong; the message names it and the fix.</exception>
    public static Interceptor Standard(
        ILoggerFactory? loggerFactory = null, Action<StandardClientOptions>? configure = null, ChannelDescription? channel = null)
    {
        var standard = new StandardClientOptions();
        configure?.Invoke(standard);
        var trace = Configured(standard.TraceMetadata);
        var loggers = loggerFactory ?? NullLoggerFactory.Instance;
        var interceptors = new List<Interceptor>
        {
            new ClientTraceMetadataInterceptor(trace, loggers.CreateLogger<ClientTraceMetadataInterceptor>()),
            new ClientTimingInterceptor(
                loggers.CreateLogger<ClientTimingInterceptor>(), Configured(standard.Timing), trace, channel: channel),
            new DeadlineInterceptor(Configured(standard.Deadline)),
        };
        if (standard.Resilience is not null)
        {
            interceptors.Add(new ResilienceInterceptor(
                Configured(standard.Resilience), loggers.CreateLogger<ResilienceInterceptor>(), channel: channel));
        }
        if (standard.Tokens is not null)
        {
            interceptors.Add(new FallbackTokenInterceptor(
                standard.Tokens, Configured(standard.FallbackToken), loggers.CreateLogger<FallbackTokenInterceptor>(), channel));
        }
        interceptors.Add(
            new ClientCompressionInterceptor(Configured(standard.Compression), loggers.CreateLogger<ClientCompressionInterceptor>()));
        return Combine(interceptors);

        static IOptions<TOptions> Configured<TOptions>(Action<TOptions>? configure)
            where TOptions : class, new()
        {
            var options = new TOptions();
            configure?.Invoke(options);
            return Options.Create(options);
        }
    }

    /// <summary>
    /// Several interceptors as one. Those of the kit that stand side by side cost less than <c>Intercept</c> with each: they share one
    /// copy of the metadata and one observed call. Fallback tokens go inside of all others, whatever their place, so that what the others
    /// set in <c>authorization</c> stands.
    /// </summary>
    /// <param name="interceptors">The interceptors, outermost first.</param>
    public static Interceptor Combine(params IEnumerable<Interceptor> interceptors)
    {
        ArgumentNullException.ThrowIfNull(interceptors);
        var combined = new List<Interceptor>();
        var adjacent = new List<ClientInterceptor>();
        foreach (var interceptor in interceptors.OrderBy(IsToken))
        {
            if (interceptor is ClientInterceptor member)
            {
                adjacent.Add(member);
                continue;
            }
            Group();
            combined.Add(interceptor);
        }
        Group();
        return combined.DefaultIfEmpty(new ClientInterceptorGroup([]))
            .Aggregate(static (outer, inner) => new InterceptorChain(outer, inner));

        void Group()
        {
            if (adjacent.Count > 0)
                combined.Add(adjacent.Count == 1 ? adjacent[0] : new ClientInterceptorGroup(adjacent));
            adjacent.Clear();
        }
    }

    /// <summary>Whether an interceptor adds fallback tokens, to whichever methods.</summary>
    internal static bool IsToken(Interceptor interceptor) =>
        interceptor is FallbackTokenInterceptor or SelectedClientInterceptor { Selected: FallbackTokenInterceptor };
}
