using Grpc.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Interceptors.Client;

/// <summary>Tokens by OAuth 2.0 client credentials (RFC 6749 §4.4).</summary>
internal sealed class ClientCredentialsTokenSource : ITokenSource
{
    private readonly HttpClient _client;
    private readonly string _name;
    private readonly ClientCredentialsRequest _request;
    private readonly string[] _bearerTokenTypes;
    private readonly TimeSpan _defaultLifetime;
    private readonly TimeSpan _refreshAhead;
    private readonly TimeProvider _time;
    private readonly TokenCache _cache;

    public ClientCredentialsTokenSource(HttpClient client, ClientCredentialsOptions options, ILogger? logger, TimeProvider time)
    {
        new ClientCredentialsOptionsValidator().Checked(Options.Create(options));
        _client = client;
        _name = $"the token endpoint {options.EndpointName}";
        _request = new ClientCredentialsRequest(options);
        _bearerTokenTypes = ["Bearer", .. options.BearerTokenTypes];
        _defaultLifetime = options.DefaultLifetime;
        _refreshAhead = options.RefreshAhead;
        _time = time;
        var pauses = new TokenPauses(options.FailureDelay, options.MaxFailureDelay, options.MaxRetryAfter);
        _cache = new TokenCache(_name, FetchAsync, options.Timeout, pauses, time, logger ?? NullLogger.Instance);
    }

    public ValueTask<AccessToken> GetTokenAsync(TokenRequestContext context, CancellationToken cancellationToken) =>
        _cache.GetAsync(cancellationToken);

    public void Invalidate(AccessToken token) => _cache.Invalidate(token);

    private async Task<CachedToken> FetchAsync(CancellationToken cancellationToken)
    {
        using var request = await _request.CreateAsync(cancellationToken).ConfigureAwait(false);
        // The lifetime counts from when the endpoint made the token, which was not before this.
        var asked = _time.GetUtcNow();
        var answer = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        var lifetime = answer.Lifetime ?? _defaultLifetime;
        var ahead = _refreshAhead < lifetime / 2 ? _refreshAhead : lifetime / 2;
        var expires = asked + lifetime;
        return new CachedToken(answer.Token(expires, _name), expires - (ahead * (1 - (0.2 * Jitter.NextDouble()))), expires);
    }

    private async Task<TokenResponse> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
                .ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
                throw await TokenResponse.FailureAsync(response, _name, _time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
            return await TokenResponse.ReadAsync(response, _name, _bearerTokenTypes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            var reason = (exception as HttpRequestException)?.HttpRequestError.ToString() ?? exception.GetType().Name;
            throw new TokenUnavailableException($"{_name} can't be reached ({reason})", StatusCode.Unavailable);
        }
    }
}
