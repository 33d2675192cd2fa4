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
    private readonly TimeSpan _maxPushback = options.MaxPushback;
    private readonly double _jitter = options.Jitter;
    private readonly RetryBudgetOptions? _budget = options.Budget;

    public int MaxAttempts { get; } = options.MaxAttempts;

    /// <summary>A full budget; null for no bound.</summary>
    public RetryBudget? NewBudget() => _budget is null ? null : new RetryBudget(_budget);

    public bool Allows(StatusCode code) => Array.IndexOf(_codes, code) >= 0;

    /// <summary>The pause before the next attempt; null if the server wants none, or asks for too long a one.</summary>
    /// <param name="trailers">The trailers of the failed attempt; null if there are none.</param>
    /// <param name="attempt">How many attempts there were.</param>
    public TimeSpan? DelayAfter(Metadata? trailers, int attempt)
    {
        if (trailers?.GetValue(PushbackKey) is { } pushback)
            return Bounded(Parse(pushback));
        return RetryInfo.DelayIn(trailers) is { } asked ? Bounded(asked) : Backoff(attempt);
    }

    /// <summary>Text that is no number means "do not retry", as a negative number does (gRFC A6).</summary>
    private static TimeSpan? Parse(string pushback) =>
        int.TryParse(pushback, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds >= 0
            ? TimeSpan.FromMilliseconds(milliseconds)
            : null;

    private TimeSpan? Bounded(TimeSpan? asked) => asked <= _maxPushback ? asked : null;

    private TimeSpan Backoff(int attempt) =>
        TimeSpan.FromTicks((long)Math.Min(_baseDelay.Ticks * Math.Pow(2, attempt - 1), _maxDelay.Ticks))
            * (1 + (_jitter * ((2 * Jitter.NextDouble()) - 1)));
}
