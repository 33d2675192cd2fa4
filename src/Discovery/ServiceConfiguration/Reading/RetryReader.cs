using System.Collections.Immutable;
using Grpc.Core;

namespace Interceptors.Discovery;

/// <summary>
/// Reads what a service config says about repeating calls. Bounds and required fields:
/// https://github.com/grpc/proposal/blob/master/A6-client-retries.md
/// </summary>
internal static class RetryReader
{
    private const string PerAttempt = "perAttemptRecvTimeout";
    private const string Attempts = "a whole number of attempts, 2 or more; gRPC makes at most 5";

    public static RetrySettings ReadRetry(ConfigNode node)
    {
        string[] names = ["maxAttempts", "initialBackoff", "maxBackoff", "backoffMultiplier", "retryableStatusCodes"];
        var fields = Required(node, node.Fields([.. names, PerAttempt]), names);
        if (fields.TryGetValue(PerAttempt, out var limit) && limit.Duration(isZeroRight: false) > TimeSpan.Zero)
            node.Warnings.Add($"{limit.Path} is ignored: gRPC for .NET has no limit for each attempt. "
                + "Give ResilienceOptions.AttemptTimeout of Interceptors.Client instead.");
        var codes = Codes(fields["retryableStatusCodes"]);
        if (codes.IsEmpty)
            throw fields["retryableStatusCodes"].Problem("is empty. Give at least one status code, such as \"UNAVAILABLE\".");
        return new RetrySettings(
            fields["maxAttempts"].WholeNumber(2, int.MaxValue, Attempts),
            fields["initialBackoff"].Duration(isZeroRight: false),
            fields["maxBackoff"].Duration(isZeroRight: false),
            (double)fields["backoffMultiplier"].Number(n => n > 0, "a number above zero"),
            codes);
    }

    public static HedgingSettings ReadHedging(ConfigNode node)
    {
        var fields = Required(node, node.Fields("maxAttempts", "hedgingDelay", "nonFatalStatusCodes"), "maxAttempts");
        return new HedgingSettings(
            fields["maxAttempts"].WholeNumber(2, int.MaxValue, Attempts),
            fields.TryGetValue("hedgingDelay", out var delay) ? delay.Duration(isZeroRight: true) : TimeSpan.Zero,
            fields.TryGetValue("nonFatalStatusCodes", out var codes) ? Codes(codes) : []);
    }

    public static RetryThrottling ReadThrottling(ConfigNode node)
    {
        var fields = Required(node, node.Fields("maxTokens", "tokenRatio"), "maxTokens", "tokenRatio");
        return new RetryThrottling(
            fields["maxTokens"].WholeNumber(1, 1000, "a whole number from 1 to 1000"),
            // Later digits don't count, so that a smaller number would be zero.
            (double)(decimal.Truncate(
                fields["tokenRatio"].Number(n => n is >= 0.001m and <= 1000, "a number from 0.001 to 1000") * 1000) / 1000));
    }

    private static ImmutableArray<StatusCode> Codes(ConfigNode list) => [.. list.Items().Select(code => code.FailureCode()).Distinct()];

    private static Dictionary<string, ConfigNode> Required(
        ConfigNode node, Dictionary<string, ConfigNode> fields, params ReadOnlySpan<string> required)
    {
        foreach (var name in required)
        {
            if (!fields.ContainsKey(name))
            {
                var nearest = NearestName.Of(name, node.AnyFields().Keys.Except(fields.Keys));
                throw node.Problem(
                    $"lacks {name}{(nearest is null ? "" : $", and {nearest} is not known")}. It needs {string.Join(", ", required)}.");
            }
        }

        return fields;
    }
}
