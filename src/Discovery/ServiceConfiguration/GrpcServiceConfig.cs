using Grpc.Net.Client.Configuration;

namespace Interceptors.Discovery;

/// <summary>Says to grpc-dotnet what it honours itself: load balancing, retries, hedging and their throttling.</summary>
internal static class GrpcServiceConfig
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);

    public static ServiceConfig ToGrpc(this ServiceConfigDocument document, string defaultPolicy)
    {
        var config = new ServiceConfig { LoadBalancingConfigs = { BalancingOf(document, defaultPolicy) } };
        if (document.Throttling is { } throttling)
            config.RetryThrottling = new RetryThrottlingPolicy { MaxTokens = throttling.MaxTokens, TokenRatio = throttling.TokenRatio };
        foreach (var method in document.Methods)
        {
            if (!method.Names.IsEmpty)
                config.MethodConfigs.Add(MethodOf(method));
        }

        return config;
    }

    private static LoadBalancingConfig BalancingOf(ServiceConfigDocument document, string defaultPolicy)
    {
        var policy = document.Balancing?.Policy ?? defaultPolicy;
        var values = new Dictionary<string, object>(document.Balancing?.Configuration ?? new Dictionary<string, object>());
        // What the policy itself is told of health comes first. Picking the first endpoint asks for no health (gRFC A17).
        if (document.HealthCheckedService is { } service && BalancingPolicies.Names.Contains(policy))
            values.TryAdd("healthChecking", new Dictionary<string, object> { ["serviceName"] = service });
        var config = new LoadBalancingConfig(policy);
        if (values.Count > 0)
            config.Inner[policy] = values;
        return config;
    }

    private static MethodConfig MethodOf(MethodSettings method)
    {
        var config = new MethodConfig { RetryPolicy = RetryOf(method.Retry), HedgingPolicy = HedgingOf(method.Hedging) };
        foreach (var name in method.Names)
            config.Names.Add(new MethodName { Service = NullIfEmpty(name.Service), Method = NullIfEmpty(name.Method) });
        return config;
    }

    private static RetryPolicy? RetryOf(RetrySettings? retry)
    {
        if (retry is null)
            return null;
        var policy = new RetryPolicy
        {
            MaxAttempts = retry.MaxAttempts,
            InitialBackoff = Bounded(retry.InitialBackoff),
            MaxBackoff = Bounded(retry.MaxBackoff),
            BackoffMultiplier = retry.BackoffMultiplier,
        };
        foreach (var code in retry.Codes)
            policy.RetryableStatusCodes.Add(code);
        return policy;
    }

    private static HedgingPolicy? HedgingOf(HedgingSettings? hedging)
    {
        if (hedging is null)
            return null;
        var policy = new HedgingPolicy { MaxAttempts = hedging.MaxAttempts, HedgingDelay = Bounded(hedging.Delay) };
        foreach (var code in hedging.NonFatalCodes)
            policy.NonFatalStatusCodes.Add(code);
        return policy;
    }

    // grpc-dotnet counts milliseconds in an int, and fails calls that it has more of.
    private static TimeSpan Bounded(TimeSpan pause) => pause < LongestPause ? pause : LongestPause;

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
