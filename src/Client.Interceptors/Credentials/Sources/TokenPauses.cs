namespace Interceptors.Client;

/// <summary>How long a token source is left alone after failures.</summary>
/// <param name="First">The pause after the first failure, before jitter.</param>
/// <param name="Longest">The longest pause of the back-off.</param>
/// <param name="MaxRetryAfter">The longest pause that the source may ask for.</param>
internal readonly record struct TokenPauses(TimeSpan First, TimeSpan Longest, TimeSpan MaxRetryAfter)
{
    /// <summary>The pause of the back-off, or what the source asks for if that is longer.</summary>
    public TimeSpan Bounded(TimeSpan backoff, TimeSpan? retryAfter)
    {
        var asked = retryAfter < MaxRetryAfter ? retryAfter.Value : retryAfter is null ? TimeSpan.Zero : MaxRetryAfter;
        return asked > backoff ? asked : backoff;
    }
}
