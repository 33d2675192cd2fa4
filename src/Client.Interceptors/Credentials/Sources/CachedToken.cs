namespace Interceptors.Client;

/// <summary>A cached token, when to refresh it and when it expires.</summary>
internal sealed record CachedToken(AccessToken Token, DateTimeOffset RefreshAt, DateTimeOffset ExpiresAt)
{
    public override string ToString() => Token.ToString();
}
