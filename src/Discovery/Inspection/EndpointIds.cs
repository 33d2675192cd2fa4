using System.Runtime.CompilerServices;

namespace Interceptors.Discovery;

/// <summary>Numbers endpoints once somebody looks at them, so that those nobody looks at cost nothing.</summary>
internal static class EndpointIds
{
    private static readonly ConditionalWeakTable<BalancedEndpoint, StrongBox<long>> Ids = [];
    private static long _last;

    public static long Of(BalancedEndpoint endpoint) =>
        Ids.GetValue(endpoint, static _ => new StrongBox<long>(Interlocked.Increment(ref _last))).Value;
}
