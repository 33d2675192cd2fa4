namespace Interceptors.Client;

/// <summary>Always the same token. It can't be dropped: a call that was refused with it fails.</summary>
internal sealed class StaticTokenSource(AccessToken token) : ITokenSource
{
    public ValueTask<AccessToken> GetTokenAsync(TokenRequestContext context, CancellationToken cancellationToken) => new(token);

    public void Invalidate(AccessToken token)
    {
    }
}
