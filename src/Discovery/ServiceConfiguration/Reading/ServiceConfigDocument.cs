using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Grpc.Core;

namespace Interceptors.Discovery;

/// <summary>A service config that has been read and found right.</summary>
internal sealed class ServiceConfigDocument
{
    private readonly FrozenDictionary<string, MethodSettings> _byName;
    private readonly bool _hasMethods;

    public ServiceConfigDocument(ImmutableArray<MethodSettings> methods)
    {
        Methods = methods;
        _byName = methods
            .SelectMany(m => m.Names, (m, name) => KeyValuePair.Create(name.Key, m))
            .ToFrozenDictionary(StringComparer.Ordinal);
        _hasMethods = _byName.Count > 0;
    }

    /// <summary>The one that says nothing.</summary>
    public static ServiceConfigDocument Empty { get; } = new([]);

    public ImmutableArray<MethodSettings> Methods { get; }

    public BalancingChoice? Balancing { get; init; }

    public RetryThrottling? Throttling { get; init; }

    /// <summary>What of it is ignored, and why.</summary>
    public IReadOnlyCollection<string> Warnings { get; init; } = [];

    /// <summary>Which service's health the balancer asks for; null if it doesn't ask, empty for the server as a whole.</summary>
    public string? HealthCheckedService { get; init; }

    /// <summary>What grpc-dotnet reads once, when a channel is made.</summary>
    public JsonObject ChannelPart { get; init; } = [];

    /// <summary>The policy that balances, and what it is told.</summary>
    /// <param name="defaultPolicy">The one where the document names none.</param>
    public BalancingChoice BalancingOr(string defaultPolicy)
    {
        var values = new Dictionary<string, object>(Balancing?.Configuration ?? new Dictionary<string, object>());
        var policy = Balancing?.Policy ?? defaultPolicy;
        // What the policy itself is told of health comes first. Picking the first endpoint asks for no health (gRFC A17).
        if (HealthCheckedService is { } service && policy != LoadBalancingPolicies.PickFirst)
            values.TryAdd("healthChecking", new Dictionary<string, object> { ["serviceName"] = service });
        return new BalancingChoice(policy, values);
    }

    /// <summary>The settings of the most specific name that matches, and of no other; null for none.</summary>
    public MethodSettings? For(IMethod method)
    {
        if (!_hasMethods)
            return null;
        return _byName.TryGetValue(method.FullName, out var settings)
            || _byName.TryGetValue(method.ServiceName, out settings)
            || _byName.TryGetValue("", out settings)
            ? settings
            : null;
    }
}
