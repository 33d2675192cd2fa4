using System.Collections.Immutable;

namespace Interceptors.Discovery;

/// <summary>The load balancing policies that users have added, by name.</summary>
internal sealed class CustomPolicies(IEnumerable<CustomPolicy> policies)
{
    private readonly Dictionary<string, CustomPolicy> _byName = policies.ToDictionary(p => p.Name, StringComparer.Ordinal);

    public static CustomPolicies None { get; } = new([]);

    /// <summary>The names of all policies that a target can use.</summary>
    public IEnumerable<string> AllNames => LoadBalancingPolicies.All.Concat(_byName.Keys);

    public CustomPolicy? Find(string name) => _byName.GetValueOrDefault(name);
}

