namespace Interceptors.Client;

/// <summary>A token in the cache, and from when on it is time to look for the next one.</summary>
internal sealed record CachedToken(AccessToken Token, DateTimeOffset RefreshAt, DateTimeOffset ExpiresAt)
{
    public override string ToString() => Token.ToString();
}
