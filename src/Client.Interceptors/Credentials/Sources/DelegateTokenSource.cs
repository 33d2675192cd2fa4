namespace Interceptors.Client;

/// <summary>Tokens from the user's own code.</summary>
internal sealed class DelegateTokenSource(
    Func<TokenRequestContext, CancellationToken, ValueTask<AccessToken>> getToken, Action<AccessToken>? invalidate) : ITokenSource
{
    public ValueTask<AccessToken> GetTokenAsync(TokenRequestContext context, CancellationToken cancellationToken) =>
        getToken(context, cancellationToken);

    public void Invalidate(AccessToken token) => invalidate?.Invoke(token);
}
