namespace Interceptors.Discovery.Tests;

/// <summary>What the tests of this folder are run for.</summary>
internal static class Combinations
{
    public static TheoryData<string> Policies => [.. BalancingPolicies.Names];

    public static TheoryData<string, Ailment> Ailing => With(Ailment.NotServing, Ailment.FailingCalls);

    /// <summary>Each policy with each of these.</summary>
    public static TheoryData<string, T> With<T>(params T[] values) =>
        [.. BalancingPolicies.Names.SelectMany(_ => values, (policy, value) => (policy, value))];
}
