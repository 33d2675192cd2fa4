namespace Interceptors.Discovery;

/// <summary>The service config of a channel at its start, and what it takes to use others.</summary>
internal sealed record ServiceConfigSettings
{
    /// <summary>The channel's target, for messages.</summary>
    public required string Target { get; init; }

    public required ServiceConfigDocument First { get; init; }

    /// <summary>Where the source says the same, it is nothing new.</summary>
    public ReadOnlyMemory<byte>? FirstJson { get; init; }

    public required ServiceConfigReader Reader { get; init; }

    /// <summary>What balances if the config doesn't say.</summary>
    public required string DefaultPolicy { get; init; }

    public required ServiceConfigMetrics Metrics { get; init; }

    /// <summary>Whether connecting waits for what the source says first.</summary>
    public bool WaitForFirst { get; init; }
}
