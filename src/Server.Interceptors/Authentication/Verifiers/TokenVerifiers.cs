using Grpc.Core;

namespace Interceptors.Server;

/// <summary>Creates the ready-made token verifiers. One verifier can serve all calls.</summary>
public static class TokenVerifiers
{
    /// <summary>
    /// A fixed set of tokens, each with a name. Give one name two tokens while one takes the place of the other. Tokens that are to
    /// follow the configuration are added with <c>AddStaticTokenAuthentication</c>.
    /// </summary>
    /// <param name="tokens">The tokens; at least one.</param>
    /// <param name="timeProvider">The clock of <see cref="StaticToken.NotAfter"/>; the system's if null.</param>
    /// <exception cref="ArgumentException">
    /// There are none, or one is wrong; the message names it and the fix, never the token.
    /// </exception>
    public static ITokenVerifier Static(IEnumerable<StaticToken> tokens, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return new StaticTokenVerifier(new StaticTokenSet(tokens), timeProvider ?? TimeProvider.System);
    }

    /// <summary>Code of your own, such as one that asks an introspection endpoint (RFC 7662).</summary>
    /// <param name="verify">Verifies a token; see <see cref="ITokenVerifier.VerifyAsync"/>.</param>
    public static ITokenVerifier Delegate(Func<string, ServerCallContext, CancellationToken, ValueTask<TokenVerification>> verify)
    {
        ArgumentNullException.ThrowIfNull(verify);
        return new DelegateTokenVerifier(verify);
    }

    /// <summary>
    /// Signed JSON Web Tokens (RFC 7519, RFC 8725). What <see cref="JwtOptions"/> leaves open is an error here: nothing is accepted by
    /// omission.
    /// </summary>
    /// <param name="options">Whose tokens are good, for whom, and signed with what. Read once.</param>
    /// <exception cref="ArgumentException">An option is missing or wrong; the message names it and the fix.</exception>
    public static ITokenVerifier Jwt(JwtOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new JwtVerifier(options);
    }
}
