using System.Globalization;
using Grpc.Core;

namespace Interceptors.Client;

/// <summary>After which failures a call is repeated, and after what pause.</summary>
internal sealed class RetryPolicy(RetryOptions options)
{
    private const string PushbackKey = "grpc-retry-pushback-ms";

    private readonly StatusCode[] _codes = options.Codes.Count == 0 ? [StatusCode.Unavailable] : [.. options.Codes];
    private readonly TimeSpan _baseDelay = options.BaseDelay;
    private readonly TimeSpan _maxDelay = options.MaxDelay;
    private readonly double _jitter = options.Jitter;

    public int MaxAttempts { get; } = options.MaxAttempts;

    public bool Allows(StatusCode code) => Array.IndexOf(_codes, code) >= 0;

    /// <summary>
    /// The pause before the next attempt; null if the server wants none. What it writes that is no number means the same.
    /// </summary>
    public TimeSpan? DelayAfter(RpcException error, int attempt) =>
        error.Trailers.GetValue(PushbackKey) is not { } pushback
            ? Backoff(attempt)
            : int.TryParse(pushback, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds >= 0
                ? TimeSpan.FromMilliseconds(milliseconds)
                : null;

    private TimeSpan Backoff(int attempt) =>
        TimeSpan.FromTicks((long)Math.Min(_baseDelay.Ticks * Math.Pow(2, attempt - 1), _maxDelay.Ticks))
            * (1 + _jitter * (2 * Jitter.NextDouble() - 1));
}
