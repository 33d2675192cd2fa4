namespace Interceptors.Client;

/// <summary>
/// Where tokens come from; see <see cref="TokenSources"/>. Asked for each attempt of each call, by many at once, so it keeps its token. A
/// failure should be a <see cref="TokenUnavailableException"/>: of any other only the type is reported, as its message may hold secrets.
/// </summary>
public interface ITokenSource
{
    /// <summary>A token that is valid now.</summary>
    /// <param name="context">The call that needs it.</param>
    /// <param name="cancellationToken">Cancelled when that call ends, by its deadline for instance.</param>
    ValueTask<AccessToken> GetTokenAsync(TokenRequestContext context, CancellationToken cancellationToken);

    /// <summary>
    /// A server has refused this token: don't give it again. It must be ignored if a newer token has taken its place, as failures arrive
    /// late.
    /// </summary>
    /// <param name="token">The token, as it was given.</param>
    void Invalidate(AccessToken token);
}
