using System.Collections.Immutable;
using Grpc.Core;

namespace Interceptors.Discovery;

/// <summary>What a service config says about some methods.</summary>
internal sealed record MethodSettings
{
    public required ImmutableArray<ConfiguredName> Names { get; init; }

    public TimeSpan? Timeout { get; init; }

    public bool WaitForReady { get; init; }

    public long? MaxRequestBytes { get; init; }

    public long? MaxResponseBytes { get; init; }

    public RetrySettings? Retry { get; init; }

    public HedgingSettings? Hedging { get; init; }
}

/// <summary>A method; without a method, all of a service; without a service, everything.</summary>
internal readonly record struct ConfiguredName(string Service, string Method)
{
    /// <summary>
    /// As <see cref="IMethod"/> writes them: a full name with its leading slash, a service without; empty for everything.
    /// </summary>
    public string Key => Method.Length > 0 ? $"/{Service}/{Method}" : Service;
}

/// <summary>Failed attempts are repeated. https://github.com/grpc/proposal/blob/master/A6-client-retries.md</summary>
internal sealed record RetrySettings(
    int MaxAttempts, TimeSpan InitialBackoff, TimeSpan MaxBackoff, double BackoffMultiplier, ImmutableArray<StatusCode> Codes);

/// <summary>Attempts are made beside each other. Same document.</summary>
internal sealed record HedgingSettings(int MaxAttempts, TimeSpan Delay, ImmutableArray<StatusCode> NonFatalCodes);

/// <summary>How many failures end the repeating.</summary>
internal sealed record RetryThrottling(int MaxTokens, double TokenRatio);

/// <summary>A load balancing policy and what it is told: texts, booleans, numbers, and lists and dictionaries of them.</summary>
internal sealed record BalancingChoice(string Policy, IReadOnlyDictionary<string, object> Configuration);
