using Microsoft.Extensions.Logging;

namespace Interceptors.Client;

/// <summary>Creates token sources. Share them: one source for all calls that use the same identity.</summary>
public static class TokenSources
{
    /// <summary>Always the same token.</summary>
    /// <param name="token">The token itself, without <c>Bearer</c>.</param>
    /// <exception cref="ArgumentException">It is no bearer token; the message does not show it.</exception>
    public static ITokenSource Static(string token) => new StaticTokenSource(new AccessToken(token));

    /// <summary>Tokens from code of your own, which keeps them itself: it is asked for each attempt of each call.</summary>
    /// <param name="getToken">Gets the token; see <see cref="ITokenSource.GetTokenAsync"/>.</param>
    /// <param name="invalidate">Told of a refused token; see <see cref="ITokenSource.Invalidate"/>. Null ignores it.</param>
    public static ITokenSource Delegate(
        Func<TokenRequestContext, CancellationToken, ValueTask<AccessToken>> getToken, Action<AccessToken>? invalidate = null)
    {
        ArgumentNullException.ThrowIfNull(getToken);
        return new DelegateTokenSource(getToken, invalidate);
    }

    /// <summary>
    /// A token in a file that something else renews, such as a Kubernetes projected service account token. The file is checked from time to
    /// time, and read when it has changed. While it can't be read, the last good token is used until it ends: by its <c>exp</c> if it
    /// is a JWT (RFC 7519 §4.1.4), else by <see cref="FileTokenOptions.MaxAge"/>.
    /// </summary>
    /// <param name="path">The file: the token and nothing else, white space around it aside.</param>
    /// <param name="options">How often to look; the defaults if null.</param>
    /// <param name="logger">Told when reading fails, and when it works again; may be null.</param>
    /// <param name="timeProvider">The clock; the system's if null.</param>
    /// <exception cref="ArgumentException">The path is empty, or an option is wrong; the message names it and the fix.</exception>
    public static ITokenSource File(
        string path, FileTokenOptions? options = null, ILogger? logger = null, TimeProvider? timeProvider = null) =>
        new FileTokenSource(path, options ?? new FileTokenOptions(), logger, timeProvider ?? TimeProvider.System);

    /// <summary>
    /// OAuth 2.0 client credentials (RFC 6749 §4.4). One request at a time, however many calls wait; a new token is fetched in the
    /// background before the old one ends, which stays in use if that fails.
    /// </summary>
    /// <param name="client">Sends the requests; not disposed. Its proxy, TLS and redirects are yours to set.</param>
    /// <param name="options">Who asks, where, and for what.</param>
    /// <param name="logger">Told when fetching fails, and when it works again; may be null.</param>
    /// <param name="timeProvider">The clock; the system's if null.</param>
    /// <exception cref="ArgumentException">An option is wrong; the message names it and the fix.</exception>
    public static ITokenSource ClientCredentials(
        HttpClient client, ClientCredentialsOptions options, ILogger? logger = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        return new ClientCredentialsTokenSource(client, options, logger, timeProvider ?? TimeProvider.System);
    }

    /// <summary>The token of the first of several sources that has one; each is asked only when those before it have failed.</summary>
    /// <param name="sources">The sources, the preferred one first; at least one.</param>
    /// <exception cref="ArgumentException">There are none, or one is null.</exception>
    public static ITokenSource FirstOf(params IEnumerable<ITokenSource> sources)
    {
        ITokenSource[] all = [.. sources];
        if (all.Length == 0 || all.Contains(null))
            throw new ArgumentException("Give at least one source, and no null.", nameof(sources));
        return new FirstOfTokenSource(all);
    }
}
