using Grpc.Core;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

/// <summary>
/// One subchannel for each endpoint. Written on grpc-dotnet's LoadBalancer itself, because its SubchannelsLoadBalancer looks
/// through all endpoints at each change of one. Here are the calls of the channel; what goes on between them is in the other part.
/// </summary>
/// <remarks>
/// The channel calls under a lock of its own, and is called, so its lock comes first: never call the channel under
/// <see cref="_lock"/>, except from within a call of the channel, and to create a subchannel, for which it takes no such lock.
/// </remarks>
internal sealed partial class EndpointBalancer : LoadBalancer
{
    private readonly Lock _lock = new();
    private readonly string _policy;
    private readonly BalancingContext _context;
    private readonly IChannelControlHelper _channel;
    private readonly ILogger _logger;
    private readonly EndpointList _endpoints;
    private readonly StatePublisher _publisher;
    private BalancingConfiguration _configuration;
    private LoadBalancingConfig? _configured;
    private EndpointPlacement _placement;
    private BalancingTimers _timers;
    private Status? _failure;
    private bool _disposed;

    public EndpointBalancer(string policy, BalancingContext context, LoadBalancerOptions options)
    {
        _policy = policy;
        _context = context;
        _channel = options.Controller;
        _logger = options.LoggerFactory.CreateLogger<EndpointBalancer>();
        _endpoints = new EndpointList(Create);
        _publisher = new StatePublisher(_channel, _lock, NextState, _logger);
        _configuration = BalancingConfiguration.Read(policy, options.Configuration, context.Options);
        if (_configuration.Problem is { } problem)
            LogRefusedAtStart(_logger, policy, problem);
        (_placement, _timers) = Compose();
        context.Metrics?.Opened(this);
    }

    public string Target => _context.Target;

    public EndpointCounts Counts
    {
        get
        {
            lock (_lock)
                return _placement.Counts;
        }
    }

    public override void UpdateChannelState(ChannelState state)
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            Configure(state.LoadBalancingConfig);
            if (state.Status.StatusCode == StatusCode.OK && state.Addresses is { Count: > 0 } addresses)
                TakeOver(addresses, failure: null);
            // As grpc-dotnet's own balancers do it: what works is not given up for the news that there is nothing.
            else if (_placement.Set.Count == 0 && state.Status.StatusCode == StatusCode.OK)
                TakeOver([], new Status(StatusCode.Unavailable, "There are no endpoints."));
            // What may come to work isn't either for the news that nothing is known.
            else if (_placement.Set.Count == 0)
                _failure = state.Status;
        }

        foreach (var endpoint in _endpoints.Removed)
            endpoint.Subchannel.Dispose();
        foreach (var endpoint in _endpoints.Added)
            Connect(endpoint.Subchannel);
        _endpoints.ForgetChanges();
        Publish();
    }

    public override void RequestConnection()
    {
        foreach (var endpoint in _endpoints.All)
            Connect(endpoint.Subchannel);
    }

    protected override void Dispose(bool disposing)
    {
        BalancedEndpoint[] endpoints;
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
            _publisher.Stop();
            _timers.Dispose();
            TellChange();
            endpoints = [.. _endpoints.All];
            foreach (var endpoint in endpoints)
                endpoint.StopWatching();
        }

        _context.Metrics?.Closed(this);
        foreach (var endpoint in endpoints)
            endpoint.Subchannel.Dispose();
        base.Dispose(disposing);
    }

    private void TakeOver(IReadOnlyList<BalancerAddress> addresses, Status? failure)
    {
        var isFirst = _endpoints.Count == 0;
        _failure = failure;
        if (_configuration.Options.Subset is { } subset)
            addresses = new EndpointSubset(subset.Size, _context.Seed).Of(addresses);
        _endpoints.Update(addresses);
        foreach (var endpoint in _endpoints.Added)
            _placement.Learn(endpoint, isNew: !isFirst);
        foreach (var (endpoint, before) in _endpoints.Changed)
            OnAttributes(endpoint, before);
        foreach (var endpoint in _endpoints.Removed)
        {
            endpoint.IsGone = true;
            endpoint.StopWatching();
            _placement.Forget(endpoint);
        }

        _placement.Know(_endpoints.All);
    }

    private void OnAttributes(BalancedEndpoint endpoint, BalancerAddress before)
    {
        _placement.Change(endpoint);
        // It reconnects what is not connected yet, so only for what the connection itself needs.
        if (endpoint.Authority != BalancedEndpoint.AuthorityOf(before))
            endpoint.Subchannel.UpdateAddresses([endpoint.Address]);
    }

    /// <summary>Takes another configuration over; of one that can't be read, nothing.</summary>
    private void Configure(LoadBalancingConfig? config)
    {
        if (config is null || ReferenceEquals(config, _configured) || config.PolicyName != _policy)
            return;
        _configured = config;
        var next = BalancingConfiguration.Read(_policy, config.Inner[_policy] as IDictionary<string, object>, _context.Options);
        if (next.Problem is { } problem)
        {
            LogRefused(_logger, _policy, problem);
            return;
        }

        if (next == _configuration)
            return;
        var before = _configuration.Options.HealthChecking;
        _configuration = next;
        _timers.Dispose();
        (_placement, _timers) = Compose();
        foreach (var endpoint in _endpoints.All)
            Recompose(endpoint, isHealthCheckingNew: before != next.Options.HealthChecking);
    }
}
