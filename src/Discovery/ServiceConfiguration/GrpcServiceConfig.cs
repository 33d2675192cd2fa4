using Grpc.Net.Client.Configuration;

namespace Interceptors.Discovery;

/// <summary>Says to grpc-dotnet what it honours itself: retries, hedging and their throttling.</summary>
internal static class GrpcServiceConfig
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);

    public static ServiceConfig ToGrpc(this ServiceConfigDocument document)
    {
        var config = new ServiceConfig();
        if (document.Throttling is { } throttling)
            config.RetryThrottling = new RetryThrottlingPolicy { MaxTokens = throttling.MaxTokens, TokenRatio = throttling.TokenRatio };
        foreach (var method in document.Methods)
        {
            if (!method.Names.IsEmpty)
                config.MethodConfigs.Add(MethodOf(method));
        }

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
