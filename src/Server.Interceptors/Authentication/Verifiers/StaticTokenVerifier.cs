using Grpc.Core;

namespace Interceptors.Server;

/// <summary>
/// Verifies tokens against a set that can be replaced while calls run. It is synchronous, so the interceptor calls it directly.
/// </summary>
internal sealed class StaticTokenVerifier(StaticTokenSet tokens, TimeProvider time) : ITokenVerifier
{
    public static readonly TokenVerification Expired = TokenVerification.Refuse("expired");

    private static readonly TokenVerification Unknown = TokenVerification.Refuse("unknown");

    private volatile StaticTokenSet _tokens = tokens;

    public void Exchange(StaticTokenSet tokens) => _tokens = tokens;

    public TokenVerification Verify(ReadOnlySpan<char> token) => _tokens.Find(token, time) ?? Unknown;

    public ValueTask<TokenVerification> VerifyAsync(string token, ServerCallContext context, CancellationToken cancellationToken) =>
        new(Verify(token));
}
