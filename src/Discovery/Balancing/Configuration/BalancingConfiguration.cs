namespace Interceptors.Discovery;

/// <summary>The options of a balancer as they came, and what is wrong with them.</summary>
/// <param name="Options">What counts.</param>
/// <param name="Problem">What is wrong; null if nothing is. The options are the defaults then.</param>
internal sealed record BalancingConfiguration(BalancingOptions Options, string? Problem)
{
    /// <param name="policy">The name of the policy.</param>
    /// <param name="values">What the policy was configured with.</param>
    /// <param name="defaults">What counts for the parts that it says nothing of, and if it can't be read.</param>
    public static BalancingConfiguration Read(string policy, IReadOnlyDictionary<string, object>? values, BalancingOptions defaults)
    {
        if (values is null or { Count: 0 })
            return new(defaults, Problem: null);
        try
        {
            return new(BalancingOptions.Read(policy, new Dictionary<string, object>(values), defaults), Problem: null);
        }
        catch (FormatException exception)
        {
            return new(defaults, exception.Message);
        }
    }
}
