using Grpc.Core;

namespace Interceptors.Server;

/// <summary>Verifies access tokens. Called concurrently. Use <see cref="TokenVerifiers"/> for ready-made ones.</summary>
/// <remarks>
/// Return <see cref="TokenVerification.Refuse"/> for an invalid token. An exception means that the token could not be verified, and the
/// call ends with <c>Unavailable</c>.
/// </remarks>
public interface ITokenVerifier
{
    /// <summary>Verifies a token.</summary>
    /// <param name="token">
    /// The token itself, without <c>Bearer</c>; a secret. Its characters are those of RFC 6750 §2.1, and nothing else is known of it.
    /// </param>
    /// <param name="context">The call that carries it.</param>
    /// <param name="cancellationToken">
    /// Cancelled when the call ends, by its deadline for instance, or when <see cref="TokenAuthenticationOptions.VerificationTimeout"/>
    /// has passed.
    /// </param>
    /// <exception cref="TokenVerificationException">
    /// Verifying failed; its message is logged. Of any other exception only the type is.
    /// </exception>
    ValueTask<TokenVerification> VerifyAsync(string token, ServerCallContext context, CancellationToken cancellationToken);
}
