using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

/// <summary>Makes handlers from settings.</summary>
internal sealed class HandlerFactory(
    EndpointSources sources, ServiceConfigStarts configs, CustomPolicies policies, BalancerMetrics balancing, GrpcMetrics metrics,
    ServiceConfigMetrics configMetrics,
    ILoggerFactory loggerFactory)
{
    public CustomPolicies Policies => policies;

    /// <summary>Whether the calls of all its handlers are counted.</summary>
    public CallCounting Counting { get; } = new();

    public IReadOnlySet<string> CustomSchemes => sources.CustomSchemes;

    /// <exception cref="ArgumentException">The service config is wrong.</exception>
    /// <exception cref="InvalidOperationException">The target's registry is not configured; the message says how to.</exception>
    public SharedHandler Create(HandlerSettings settings)
    {
        var logger = loggerFactory.CreateLogger<DiscoveryChannel>();
        var start = configs.Find(settings.ServiceConfig.Options);
        var resolver = sources.Resolve(
            settings.Target, settings.Resolution.Options, settings.Connections.IsSecure ? 443 : 80,
            loggerFactory.CreateLogger<DiscoveryResolver>());
        var first = start.Document.BalancingOr(settings.LoadBalancingPolicy);
        var balancer = new EndpointBalancer(first.Policy, first.Configuration, new BalancingContext
        {
            Target = settings.Target.ToString(),
            Options = settings.Balancing,
            Transport = new EndpointTransport(settings.Connections, sources.Time, logger)
            {
                Target = settings.Target.ToString(),
                Metrics = metrics,
            },
            AuthorityOf = settings.AuthorityOf,
            Policies = policies,
            Metrics = balancing,
            Counting = Counting,
            OnTrouble = resolver.Refresh,
            List = () => resolver.List,
            Time = sources.Time,
        });
        var follower = new ServiceConfigFollower(settings.Target.ToString(), start, configs.Reader, Balance, configMetrics, logger);
        return new SharedHandler(settings, new DiscoveryHandler(balancer, resolver, metrics), follower);

        void Balance(ServiceConfigDocument document)
        {
            var choice = document.BalancingOr(settings.LoadBalancingPolicy);
            balancer.Configure(choice.Policy, choice.Configuration);
        }
    }
}
