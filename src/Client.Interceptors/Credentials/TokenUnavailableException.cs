namespace Interceptors.Client;

/// <summary>No token can be had. The message reaches callers and logs, so it never holds a secret, nor does it have an inner exception.</summary>
/// <param name="message">Why; must not hold secrets.</param>
public sealed class TokenUnavailableException(string message) : Exception(message);
