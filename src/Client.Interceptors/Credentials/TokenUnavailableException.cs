namespace Interceptors.Client;

/// <summary>
/// A token source has no token. Its message is safe for callers and logs: it holds no secret, and there is no inner exception.
/// </summary>
/// <param name="message">Why; must not hold secrets.</param>
public sealed class TokenUnavailableException(string message) : Exception(message);
