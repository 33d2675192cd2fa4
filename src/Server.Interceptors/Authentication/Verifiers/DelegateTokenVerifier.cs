using Grpc.Core;

namespace Interceptors.Server;

/// <summary>Verifies tokens with a function of the user's.</summary>
internal sealed class DelegateTokenVerifier(Func<string, ServerCallContext, CancellationToken, ValueTask<TokenVerification>> verify)
    : ITokenVerifier
{
    public ValueTask<TokenVerification> VerifyAsync(string token, ServerCallContext context, CancellationToken cancellationToken) =>
        verify(token, context, cancellationToken);
}
