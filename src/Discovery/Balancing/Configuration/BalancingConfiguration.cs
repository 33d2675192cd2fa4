namespace Interceptors.Discovery;

/// <summary>The options of a balancer as they came, and what is wrong with them.</summary>
/// <param name="Options">What counts.</param>
/// <param name="Problem">What is wrong; null if nothing is. The options are those from before then.</param>
internal sealed record BalancingConfiguration(BalancingOptions Options, string? Problem)
{
    /// <param name="policy">The name of the policy.</param>
    /// <param name="values">What the policy was configured with; empty for the options of the channel.</param>
    /// <param name="before">What counts if that can't be read, and if it is empty.</param>
    public static BalancingConfiguration Read(string policy, IDictionary<string, object>? values, BalancingOptions before)
    {
        if (values is null or { Count: 0 })
            return new(before, Problem: null);
        try
        {
            return new(BalancingOptions.Read(policy, values), Problem: null);
        }
        catch (FormatException e)
        {
            return new(before, e.Message);
        }
    }
}
