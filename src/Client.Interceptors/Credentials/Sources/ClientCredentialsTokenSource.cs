using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Interceptors.Client;

/// <summary>Tokens by OAuth 2.0 client credentials (RFC 6749 §4.4).</summary>
internal sealed class ClientCredentialsTokenSource : ISharedTokenSource
{
    private readonly HttpClient _client;
    private readonly Uri _endpoint;
    private readonly string _name;
    private readonly KeyValuePair<string, string>[] _form;
    private readonly AuthenticationHeaderValue? _authorization;
    private readonly TimeSpan _defaultLifetime;
    private readonly TimeSpan _refreshAhead;
    private readonly TimeProvider _time;
    private readonly TokenCache _cache;

    public ClientCredentialsTokenSource(HttpClient client, ClientCredentialsOptions options, ILogger? logger, TimeProvider time)
    {
        new ClientCredentialsOptionsValidator().Checked(Options.Create(options));
        _client = client;
        _endpoint = options.TokenEndpoint!;
        _name = $"the token endpoint {options.EndpointName}";
        _form = [.. Form(options)];
        _authorization = options.Authentication == ClientAuthentication.Basic ? Basic(options.ClientId, options.ClientSecret) : null;
        _defaultLifetime = options.DefaultLifetime;
        _refreshAhead = options.RefreshAhead;
        _time = time;
        _cache = new TokenCache(
            _name, FetchAsync, options.Timeout, (options.FailureDelay, options.MaxFailureDelay), time, logger ?? NullLogger.Instance);
    }

    public ValueTask<AccessToken> GetTokenAsync(TokenRequestContext context, CancellationToken cancellationToken) =>
        _cache.GetAsync(cancellationToken);

    public void Invalidate(AccessToken token) => _cache.Invalidate(token);

    private static IEnumerable<KeyValuePair<string, string>> Form(ClientCredentialsOptions options)
    {
        yield return new("grant_type", "client_credentials");
        if (options.Scopes.Count > 0)
            yield return new("scope", string.Join(' ', options.Scopes));
        if (options.Authentication == ClientAuthentication.Post)
        {
            yield return new("client_id", options.ClientId);
            yield return new("client_secret", options.ClientSecret);
        }
        foreach (var parameter in options.Parameters)
            yield return parameter;
    }

    /// <summary>Form encoding comes first (RFC 6749 §2.3.1), so that a colon in the identifier divides nothing.</summary>
    private static AuthenticationHeaderValue Basic(string id, string secret) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Encoded(id)}:{Encoded(secret)}")));

    private static string Encoded(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);

    private async Task<CachedToken> FetchAsync(CancellationToken cancellationToken)
    {
        // The lifetime counts from when the endpoint made the token, which was not before this.
        var asked = _time.GetUtcNow();
        using var request = new HttpRequestMessage(HttpMethod.Post, _endpoint) { Content = new FormUrlEncodedContent(_form) };
        request.Headers.Authorization = _authorization;
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        TokenResponse answer;
        try
        {
            using var response = await _client.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            answer = await TokenResponse.ReadAsync(response, _name, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            var reason = (exception as HttpRequestException)?.HttpRequestError.ToString() ?? exception.GetType().Name;
            throw new TokenUnavailableException($"{_name} can't be reached ({reason})");
        }

        var lifetime = answer.Lifetime ?? _defaultLifetime;
        var ahead = _refreshAhead < lifetime / 2 ? _refreshAhead : lifetime / 2;
        var expires = asked + lifetime;
        return new CachedToken(answer.Token(expires, _name), expires - (ahead * (1 - (0.2 * Jitter.NextDouble()))), expires);
    }
}
