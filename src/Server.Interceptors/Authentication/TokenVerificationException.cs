namespace Interceptors.Server;

/// <summary>
/// Thrown by a verifier that can't tell whether a token is valid. Its message is logged, so it must not contain a secret.
/// </summary>
/// <param name="message">Why; must not hold secrets.</param>
public sealed class TokenVerificationException(string message) : Exception(message);
