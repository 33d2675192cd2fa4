namespace Interceptors.Server;

/// <summary>A token could not be verified; which says nothing against it. The message reaches the log, so it never holds a secret.</summary>
/// <param name="message">Why; must not hold secrets.</param>
public sealed class TokenVerificationException(string message) : Exception(message);
