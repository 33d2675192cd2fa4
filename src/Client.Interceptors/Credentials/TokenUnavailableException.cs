using Grpc.Core;

namespace Interceptors.Client;

/// <summary>
/// A token source has no token. Its message is safe for callers and logs: it holds no secret, and there is no inner exception.
/// </summary>
/// <param name="message">Why; must not hold secrets.</param>
/// <param name="statusCode">See <see cref="StatusCode"/>.</param>
public sealed class TokenUnavailableException(string message, StatusCode statusCode = StatusCode.Unauthenticated) : Exception(message)
{
    /// <summary>
    /// The status of calls that get no token for this reason: <c>Unavailable</c> if it passes by itself, so that retries repeat the call,
    /// or <c>Unauthenticated</c>, the default.
    /// </summary>
    public StatusCode StatusCode { get; } = statusCode;

    /// <summary>How long the source asks to be left alone; null if it does not say.</summary>
    internal TimeSpan? RetryAfter { get; init; }
}
